from django.urls import path

from hansa.site.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("inbox", views.inbox, name="inbox"),
    path("inbox/<uuid:notification_id>", views.open_notification, name="notification"),
    path("help", views.help_page, name="help"),
    path("docs/problems", views.problems, name="problems"),
    path("language", views.language, name="language"),
]
