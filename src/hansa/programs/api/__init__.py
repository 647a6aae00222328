from ninja import Router

from hansa.programs.api import documents

router = Router()
router.add_router("", documents.router)
