from django.urls import path

from hansa.deals.web.views import budget, deal, lists, queue, register, steps

DEALS = "networks/<slug:slug>/deals"
DEAL = f"{DEALS}/<slug:code>"

urlpatterns = [
    path(DEALS, lists.deals, name="deals"),
    path(f"{DEALS}/board", lists.board, name="board"),
    path(f"{DEALS}/new", register.new, name="new"),
    path(f"{DEALS}/candidates", register.candidates, name="candidates"),
    path(f"{DEALS}/queue", queue.queue, name="queue"),
    path(f"{DEALS}/budget", budget.budget, name="budget"),
    path(f"{DEALS}/matches/<uuid:match_id>", queue.answer, name="answer"),
    path(DEAL, deal.deal, name="deal"),
    path(f"{DEAL}/edit", register.edit, name="edit"),
    path(f"{DEAL}/amendment", register.amendment, name="amendment"),
    path(f"{DEAL}/submission", steps.submission, name="submission"),
    path(f"{DEAL}/withdrawal", steps.withdrawal, name="withdrawal"),
    path(f"{DEAL}/stage", steps.stage, name="stage"),
    path(f"{DEAL}/extension", steps.extension, name="extension"),
    path(f"{DEAL}/rejection", queue.rejection, name="rejection"),
    path(f"{DEAL}/return", queue.sending_back, name="sending_back"),
    path(f"{DEAL}/receipt", deal.receipt, name="receipt"),
    path(f"{DEAL}/decisions/<slug:decision>", deal.decision, name="decision"),
]
