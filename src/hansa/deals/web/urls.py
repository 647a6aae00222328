from django.urls import path

from hansa.deals.web.views import budget, cases, deal, importing, lists, mailing, queue, register, steps, what_if

DEALS = "networks/<slug:slug>/deals"
DEAL = f"{DEALS}/<slug:code>"

urlpatterns = [
    path(DEALS, lists.deals, name="deals"),
    path(f"{DEALS}/board", lists.board, name="board"),
    path(f"{DEALS}/new", register.new, name="new"),
    path(f"{DEALS}/candidates", register.candidates, name="candidates"),
    path(f"{DEALS}/queue", queue.queue, name="queue"),
    path(f"{DEALS}/what-if", what_if.what_if, name="what_if"),
    path(f"{DEALS}/budget", budget.budget, name="budget"),
    path(f"{DEALS}/matches/<uuid:match_id>", queue.answer, name="answer"),
    path(f"{DEALS}/matches/<uuid:match_id>/case", cases.between, name="between"),
    path(f"{DEALS}/matches/<uuid:match_id>/own", cases.own_in_match, name="own_in_match"),
    path(f"{DEALS}/import", importing.upload, name="import"),
    path(f"{DEALS}/import/template", importing.template, name="import_template"),
    path(f"{DEALS}/import/<slug:code>", importing.listed, name="listed"),
    path(f"{DEALS}/import/<slug:code>/confirmation", importing.confirmation, name="listed_confirmation"),
    path(f"{DEALS}/import/<slug:code>/progress", importing.progress, name="listed_progress"),
    path(f"{DEALS}/import/<slug:code>/result", importing.result, name="listed_result"),
    path(f"{DEALS}/mail", mailing.by_mail, name="by_mail"),
    path(f"{DEALS}/mail/<slug:code>/revocation", mailing.revocation, name="mail_revocation"),
    path(DEAL, deal.deal, name="deal"),
    path(f"{DEAL}/edit", register.edit, name="edit"),
    path(f"{DEAL}/amendment", register.amendment, name="amendment"),
    path(f"{DEAL}/submission", steps.submission, name="submission"),
    path(f"{DEAL}/withdrawal", steps.withdrawal, name="withdrawal"),
    path(f"{DEAL}/stage", steps.stage, name="stage"),
    path(f"{DEAL}/extension", steps.extension, name="extension"),
    path(f"{DEAL}/rejection", queue.rejection, name="rejection"),
    path(f"{DEAL}/return", queue.sending_back, name="sending_back"),
    path(f"{DEAL}/dispute", cases.dispute, name="dispute"),
    path(f"{DEAL}/receipt", deal.receipt, name="receipt"),
    path(f"{DEAL}/decisions/<slug:decision>", deal.decision, name="decision"),
]
