from django.urls import path

from hansa.catalog.web import views

urlpatterns = [
    path("networks/<slug:slug>/products", views.products, name="products"),
    path("networks/<slug:slug>/products/new", views.import_products, name="import_products"),
    path("networks/<slug:slug>/price-lists", views.price_lists, name="price_lists"),
    path("networks/<slug:slug>/price-lists/new", views.import_prices, name="import_prices"),
    path("networks/<slug:slug>/price-lists/<uuid:price_list_id>", views.price_list, name="price_list"),
]
