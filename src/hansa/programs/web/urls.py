from django.urls import path

from hansa.programs.web.views import editing, holdings, programs, territories

BASE = "networks/<slug:slug>/programs"
TERRITORIES = "networks/<slug:slug>/territories"
TERRITORY = f"{TERRITORIES}/<slug:territory>"
HOLDING = f"{TERRITORY}/holdings/<uuid:holding_id>"

urlpatterns = [
    path(BASE, programs.programs, name="programs"),
    path(f"{BASE}/new", programs.new, name="new"),
    path(f"{BASE}/<str:code>/", programs.program, name="program"),
    path(f"{BASE}/<str:code>/draft", editing.editor, name="editor"),
    path(f"{BASE}/<str:code>/draft/check", editing.check, name="check"),
    path(f"{BASE}/<str:code>/draft/incentive", editing.incentive, name="incentive"),
    path(f"{BASE}/<str:code>/publication", editing.publication, name="publication"),
    path(f"{BASE}/<str:code>/versions/<str:version>", programs.version, name="version"),
    path(f"{BASE}/<str:code>/versions/<str:version>/document", programs.download, name="download"),
    path(TERRITORIES, territories.territories, name="territories"),
    path(TERRITORY, territories.territory, name="territory"),
    path(f"{TERRITORY}/holdings/new", holdings.hold, name="hold"),
    path(HOLDING, holdings.holding, name="holding"),
    path(f"{HOLDING}/end", holdings.end, name="end_holding"),
    path(f"{HOLDING}/results/new", holdings.record_result, name="record_result"),
    path(f"{HOLDING}/results/<slug:result>", holdings.result, name="result"),
]
