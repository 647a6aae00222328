from ninja import Router

from hansa.customers.api import accounts, directory

router = Router()
router.add_router("", directory.router)
router.add_router("", accounts.router)
