from django.urls import path

from hansa.incentives.web.views import reports, runs, statements

settlement = "networks/<slug:slug>/settlement"
stated = "networks/<slug:slug>/statements"

urlpatterns = [
    path(settlement, runs.runs, name="runs"),
    path(f"{settlement}/new", runs.new_run, name="new_run"),
    path(f"{settlement}/<slug:code>", runs.run, name="run"),
    path(f"{settlement}/<slug:code>/progress", runs.progress, name="progress"),
    path(f"{settlement}/<slug:code>/commitment", runs.commitment, name="commitment"),
    path(stated, statements.statements, name="statements"),
    path(f"{stated}/<slug:code>", statements.statement, name="statement"),
    path(f"{stated}/<slug:code>/csv", statements.download, name="statement_csv"),
    path(f"{stated}/<slug:code>/lines/<uuid:line_id>", statements.line, name="line"),
    path("networks/<slug:slug>/payouts", reports.payouts, name="payouts"),
]
