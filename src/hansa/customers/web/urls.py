from django.urls import path

from hansa.customers.web.views import customer, directory, lists, named

CUSTOMERS = "networks/<slug:slug>/customers"
CUSTOMER = f"{CUSTOMERS}/<slug:code>"
NAMED = "networks/<slug:slug>/named-accounts"
LISTS = "networks/<slug:slug>/customer-lists"

urlpatterns = [
    path(CUSTOMERS, directory.customers, name="customers"),
    path(f"{CUSTOMERS}/candidates", directory.candidates, name="candidates"),
    path(f"{CUSTOMERS}/new", directory.new, name="new"),
    path(CUSTOMER, customer.customer, name="customer"),
    path(f"{CUSTOMER}/edit", customer.edit, name="edit"),
    path(f"{CUSTOMER}/names", customer.names, name="names"),
    path(f"{CUSTOMER}/parent", customer.parent, name="parent"),
    path(f"{CUSTOMER}/merger", customer.merger, name="merger"),
    path(NAMED, named.named, name="named"),
    path(f"{NAMED}/new", named.new, name="name_account"),
    path(f"{NAMED}/<uuid:named_account_id>/end", named.end, name="end"),
    path(LISTS, lists.lists, name="lists"),
    path(f"{LISTS}/new", lists.send, name="send"),
    path(f"{LISTS}/<slug:code>", lists.account_list, name="list"),
    path(f"{LISTS}/<slug:code>/progress", lists.progress, name="progress"),
    path(f"{LISTS}/<slug:code>/mapping", lists.mapping, name="mapping"),
]
