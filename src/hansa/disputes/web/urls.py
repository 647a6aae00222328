from django.urls import path

from hansa.disputes.web.views import cases, deciding, precedents, sides

CASES = "networks/<slug:slug>/cases"
CASE = f"{CASES}/<slug:code>"

urlpatterns = [
    path(CASES, cases.cases, name="cases"),
    path("networks/<slug:slug>/precedents", precedents.precedents, name="precedents"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}/evidence", sides.evidence, name="evidence"),
    path(f"{CASE}/evidence/<uuid:evidence_id>", sides.evidence_file, name="evidence_file"),
    path(f"{CASE}/rest", sides.rest, name="rest"),
    path(f"{CASE}/withdrawal", sides.withdrawal, name="withdrawal"),
    path(f"{CASE}/acceptance", sides.acceptance, name="acceptance"),
    path(f"{CASE}/appeal", sides.appeal_remedy, name="appeal"),
    path(f"{CASE}/adjudicator", deciding.adjudicator, name="adjudicator"),
    path(f"{CASE}/proposal", deciding.proposal, name="proposal"),
    path(f"{CASE}/decision", deciding.decision, name="decision"),
]
