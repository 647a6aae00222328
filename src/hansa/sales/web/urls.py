from django.urls import path

from hansa.sales.web.views import inbox, repairs, report, sell_through

REPORTS = "networks/<slug:slug>/sales/reports"
REPORT = f"{REPORTS}/<slug:code>"

urlpatterns = [
    path(REPORTS, inbox.reports, name="reports"),
    path(f"{REPORTS}/new", inbox.send, name="send"),
    path(REPORT, report.report, name="report"),
    path(f"{REPORT}/progress", report.progress, name="progress"),
    path(f"{REPORT}/reading", report.reading, name="reading"),
    path(f"{REPORT}/file", report.file, name="file"),
    path(f"{REPORT}/acknowledgement", report.acknowledgement, name="acknowledgement"),
    path(f"{REPORT}/quarantine", report.quarantine, name="quarantine"),
    path(f"{REPORT}/repairs", repairs.repair, name="repairs"),
    path(f"{REPORT}/retries", repairs.retry, name="retries"),
    path(f"{REPORT}/matches", repairs.match, name="matches"),
    path(f"{REPORT}/discards", repairs.discard, name="discards"),
    path("networks/<slug:slug>/sales/names", repairs.names, name="names"),
    path("networks/<slug:slug>/sales/sell-through", sell_through.sell_through, name="sell_through"),
    path("networks/<slug:slug>/sales/sell-through/table", sell_through.table, name="sell_through_table"),
]
