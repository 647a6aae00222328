"""What leaves the platform and is verified without it: a network's log, and receipts. No framework."""

from hansa.activity.receipts.log import Head, Verified, verify, written
from hansa.activity.receipts.receipt import VerifiedReceipt, verify_receipt, written_receipt

__all__ = ["Head", "Verified", "VerifiedReceipt", "verify", "verify_receipt", "written", "written_receipt"]
