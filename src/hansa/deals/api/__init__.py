from ninja import Router

from hansa.deals.api import listing, mailing, registrations, reviewing, steps

router = Router()
router.add_router("", registrations.router)
router.add_router("", steps.router)
router.add_router("", reviewing.router)
router.add_router("", listing.router)
router.add_router("", mailing.router)
