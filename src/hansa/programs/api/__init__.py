"""Programs and their territories over the API."""

from ninja import Router

from hansa.programs.api import documents, territories

router = Router()
router.add_router("", documents.router)
router.add_router("", territories.router)
