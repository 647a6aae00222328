from ninja import Router

from hansa.sales.api import lines, reports

router = Router(tags=["sales"])
router.add_router("", reports.router)
router.add_router("", lines.router)
