"""EDIFACT as tables: envelopes, SLSRPT (sales data report) and CONTRL (the answer to an interchange).

SLSRPT has two layouts that exclude each other: by location (LOC, in it LIN, in it QTY) and by item (LIN, in it LOC or
NAD, in it QTY). Which one a message has is seen from whether LOC or LIN comes first. Directories D.93A to D.24A agree
on what is read here.
"""

from __future__ import annotations

from hansa.engines.edi.spec.elements import SegmentSpec, may, need
from hansa.engines.edi.spec.loops import Loop, SetSpec, Use, uses

SALE_QUANTITIES = "1 12 25 47 61 152 153"
DATE_FORMATS = "101 102 203 204 718"

ENVELOPE_SEGMENTS = {
    "UNB": SegmentSpec(
        (
            need((1, 1), "AN", 4, 4, "syntax identifier"),
            need((1, 2), "AN", 1, 1, "syntax version"),
            need((2, 1), "AN", 1, 35, "sender"),
            need((3, 1), "AN", 1, 35, "receiver"),
            need((4, 1), "DT", 6, 8, "preparation date"),
            need((4, 2), "TM", 4, 4, "preparation time"),
            need((5, 0), "AN", 1, 14, "interchange control reference"),
            may((11, 0), "ID", 1, 1, "test indicator"),
        ),
        most=11,
    ),
    "UNG": SegmentSpec(
        (
            may((1, 0), "AN", 1, 6, "message group"),
            may((2, 1), "AN", 1, 35, "application sender"),
            may((3, 1), "AN", 1, 35, "application receiver"),
            need((5, 0), "AN", 1, 14, "group reference"),
        ),
    ),
    "UNH": SegmentSpec(
        (
            need((1, 0), "AN", 1, 14, "message reference"),
            need((2, 1), "AN", 1, 6, "message type"),
            need((2, 2), "AN", 1, 3, "version"),
            need((2, 3), "AN", 1, 3, "release"),
        ),
    ),
    "UNT": SegmentSpec((need(1, "N0", 1, 10, "segment count"), need(2, "AN", 1, 14, "message reference")), most=2),
    "UNE": SegmentSpec((need(1, "N0", 1, 6, "message count"), need(2, "AN", 1, 14, "group reference")), most=2),
    "UNZ": SegmentSpec(
        (need(1, "N0", 1, 6, "count of messages or groups"), need(2, "AN", 1, 14, "interchange control reference")),
        most=2,
    ),
}

SEGMENTS_SLSRPT = {
    "BGM": SegmentSpec(
        (
            need((1, 1), "AN", 1, 3, "document name"),
            may((2, 1), "AN", 1, 35, "report number"),
            may((3, 0), "ID", 1, 3, "message function", "5 7 9 31"),
        ),
    ),
    "DTM": SegmentSpec(
        (
            need((1, 1), "ID", 1, 3, "date qualifier"),
            need((1, 2), "AN", 1, 35, "date"),
            may((1, 3), "ID", 1, 3, "format", DATE_FORMATS),
        ),
        most=1,
    ),
    "NAD": SegmentSpec(
        (
            need((1, 0), "ID", 1, 3, "role of the party"),
            may((2, 1), "AN", 1, 35, "identifier"),
            may((4, 1), "AN", 1, 70, "name"),
            may((9, 0), "ID", 2, 3, "country"),
        ),
        most=9,
        one_of=((2, 3, 4),),
    ),
    "CUX": SegmentSpec(
        (need((1, 1), "ID", 1, 3, "currency details"), need((1, 2), "CUR", 3, 3, "currency")),
    ),
    "LOC": SegmentSpec((need((1, 0), "ID", 1, 3, "place qualifier"), may((2, 1), "AN", 1, 35, "place"))),
    "LIN": SegmentSpec(
        (
            may((1, 0), "AN", 1, 6, "line number"),
            may((3, 1), "AN", 1, 35, "product identifier"),
            may((3, 2), "ID", 1, 3, "identifier type"),
        ),
        most=6,
    ),
    "PIA": SegmentSpec(
        (need((1, 0), "ID", 1, 3, "identifier function"), need((2, 1), "AN", 1, 35, "product identifier"))
    ),
    "QTY": SegmentSpec(
        (
            need((1, 1), "ID", 1, 3, "quantity qualifier", SALE_QUANTITIES),
            need((1, 2), "R", 1, 15, "quantity"),
            may((1, 3), "ID", 1, 3, "unit"),
        ),
        most=1,
    ),
    "PRI": SegmentSpec((need((1, 1), "ID", 1, 3, "price qualifier"), may((1, 2), "R", 1, 15, "price"))),
    "MOA": SegmentSpec(
        (
            need((1, 1), "ID", 1, 3, "amount qualifier"),
            may((1, 2), "R", 1, 18, "amount"),
            may((1, 3), "CUR", 3, 3, "currency"),
        ),
    ),
    "RFF": SegmentSpec((need((1, 1), "ID", 1, 3, "reference qualifier"), may((1, 2), "AN", 1, 70, "reference"))),
    "CNT": SegmentSpec((need((1, 1), "ID", 1, 3, "control qualifier"), need((1, 2), "R", 1, 18, "control value"))),
    "UNS": SegmentSpec((need(1, "ID", 1, 1, "section", "D S"),)),
}

REFERENCE = Loop("a reference (RFF)", uses("RFF! DTM:9"))
PARTY = Loop(
    "a party of the report (NAD)",
    (*uses("NAD! RFF:99"), Loop("a contact (CTA)", uses("CTA! COM:5"))),
)
CURRENCY = Loop("a currency (CUX)", uses("CUX! DTM:5"), most=99)
QUANTITY = Loop(
    "a line (QTY)",
    uses("QTY! MKS? NAD:5 DTM:9 RFF:99 PRI:99 MOA:99 GIN:999 ALI:9 FTX:9"),
    spoils="line",
)
ITEM_DETAIL = uses("LIN! PIA:99 IMD:99 PAC:99 RFF:999 DOC:9 ALI:99 DTM:9 MOA:99 PRI:99 GIN:999 FTX:9 CUX? NAD:5")
ITEM_AT_LOCATION = Loop("an item (LIN)", (*ITEM_DETAIL, QUANTITY), spoils="line")
LOCATION = Loop(
    "a location (LOC)",
    (*uses("LOC! DTM:9 NAD:5 RFF:9"), ITEM_AT_LOCATION),
    least=1,
    spoils="line",
)
LOCATION_OF_ITEM = Loop(
    "a location of an item (LOC)",
    (
        *uses("LOC! DTM:9 RFF:99 NAD:5 PRI:99 MOA:99"),
        QUANTITY,
    ),
    spoils="line",
)
ITEM = Loop("an item (LIN)", (*ITEM_DETAIL, QUANTITY, LOCATION_OF_ITEM), spoils="line", least=1)
HEADER = (Use("BGM", 1, 1), Use("DTM", 1, 5), Use("MKS", 0, 1), REFERENCE, PARTY, CURRENCY)
TOTALS = uses("UNS? MOA:99 CNT:9")
VERSIONS = ("D",)
BY_LOCATION = SetSpec(
    "SLSRPT", "SLSRPT", VERSIONS, Loop("the report (SLSRPT by location)", (*HEADER, LOCATION, *TOTALS))
)
BY_ITEM = SetSpec("SLSRPT", "SLSRPT", VERSIONS, Loop("the report (SLSRPT by item)", (*HEADER, ITEM, *TOTALS)))

SEGMENTS_CONTRL = {
    "UCI": SegmentSpec(
        (
            need((1, 0), "AN", 1, 14, "interchange control reference"),
            need((2, 1), "AN", 1, 35, "sender"),
            need((3, 1), "AN", 1, 35, "receiver"),
            need((4, 0), "ID", 1, 3, "action", "4 7 8"),
        ),
    ),
    "UCM": SegmentSpec(
        (
            need((1, 0), "AN", 1, 14, "message reference"),
            need((2, 1), "AN", 1, 6, "message type"),
            need((3, 0), "ID", 1, 3, "action", "4 7"),
        ),
    ),
    "UCS": SegmentSpec((need((1, 0), "N0", 1, 6, "segment position"), may((2, 0), "ID", 1, 3, "syntax error"))),
    "UCD": SegmentSpec((need((1, 0), "ID", 1, 3, "syntax error"), need((2, 1), "N0", 1, 3, "element position"))),
}
CONTRL = SetSpec(
    "CONTRL",
    "CONTRL",
    VERSIONS,
    Loop(
        "the answer (CONTRL)",
        (
            *uses("UCI!"),
            Loop(
                "a message's answer (UCM)",
                (*uses("UCM!"), Loop("a segment's errors (UCS)", uses("UCS! UCD:99"))),
            ),
        ),
    ),
)
