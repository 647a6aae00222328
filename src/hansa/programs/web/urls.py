from django.urls import path

from hansa.programs.web.views import editing, programs

BASE = "networks/<slug:slug>/programs"

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
]
