"""X12 004010 and 005010 as tables: envelopes, 867 (product transfer and resale report) and 997 (functional
acknowledgment).

The loops of the 867 are the standard's, with what distributors really send beside it: a total quantity in the header
(`QTY*TO`), lines that begin with LIN instead of QTY, and CTP for the price. A line without product or without quantity
is no sell-through, so both are mandatory here although the standard lets them out.
"""

from __future__ import annotations

from hansa.engines.edi.spec.elements import SegmentSpec, may, need
from hansa.engines.edi.spec.loops import Loop, SetSpec, Use, uses

UNITS = (
    "EA PC UN CA CT BX PK PA PR ST KT DZ CN BG RL RO SH SP TB TU CY BK BT AS HU TH GR "
    "LB OZ KG TN LT GA ML FT LF SF MR CM IN YD HR DA MO YR UL LI LC NL US"
)
PURPOSES = "00 05 07 15"
TRANSFER_TYPES = (
    "BB BC BD BE BF BG BH BI BJ BK BL BM BN BO BP BQ BR BS BT BU BV CC CO CS DL DS FG GD GP GR IA IB OF ON OT "
    "PA PB PL PM PO PP RA RB RC RD RP RT RU RV SA SC SD SH SM SS SU TD WL"
)

PRODUCT_PAIRS = tuple((place, place + 1) for place in range(2, 31, 2))

ENVELOPE_SEGMENTS = {
    "ISA": SegmentSpec(
        (
            may(1, "ID", 2, 2, "authorization qualifier"),
            may(3, "ID", 2, 2, "security qualifier"),
            need(5, "ID", 2, 2, "sender qualifier"),
            need(6, "AN", 1, 15, "sender"),
            need(7, "ID", 2, 2, "receiver qualifier"),
            need(8, "AN", 1, 15, "receiver"),
            need(9, "DT", 6, 6, "interchange date"),
            need(10, "TM", 4, 4, "interchange time"),
            need(12, "ID", 5, 5, "interchange version"),
            need(13, "N0", 9, 9, "interchange control number"),
            may(14, "ID", 1, 1, "acknowledgment requested", "0 1"),
            need(15, "ID", 1, 1, "usage indicator", "P T I"),
        ),
        most=16,
    ),
    "TA1": SegmentSpec(
        (
            need(1, "N0", 9, 9, "interchange control number"),
            need(2, "DT", 6, 6, "interchange date"),
            need(3, "TM", 4, 4, "interchange time"),
            need(4, "ID", 1, 1, "acknowledgment code", "A E R"),
            need(5, "ID", 3, 3, "note code"),
        ),
        most=5,
    ),
    "GS": SegmentSpec(
        (
            need(1, "ID", 2, 2, "functional identifier"),
            need(2, "AN", 2, 15, "application sender"),
            need(3, "AN", 2, 15, "application receiver"),
            need(4, "DT", 8, 8, "group date"),
            need(5, "TM", 4, 8, "group time"),
            need(6, "N0", 1, 9, "group control number"),
            need(7, "ID", 1, 2, "responsible agency", "X T"),
            need(8, "AN", 1, 12, "version"),
        ),
        most=8,
    ),
    "ST": SegmentSpec(
        (need(1, "ID", 3, 3, "transaction set identifier"), need(2, "AN", 4, 9, "transaction set control number")),
        most=3,
    ),
    "SE": SegmentSpec(
        (need(1, "N0", 1, 10, "segment count"), need(2, "AN", 4, 9, "transaction set control number")), most=2
    ),
    "GE": SegmentSpec((need(1, "N0", 1, 6, "transaction count"), need(2, "N0", 1, 9, "group control number")), most=2),
    "IEA": SegmentSpec((need(1, "N0", 1, 5, "group count"), need(2, "N0", 9, 9, "interchange control number")), most=2),
}

SEGMENTS_867 = {
    "BPT": SegmentSpec(
        (
            need(1, "ID", 2, 2, "purpose of the report", PURPOSES),
            may(2, "AN", 1, 50, "report number"),
            need(3, "DT", 8, 8, "report date"),
            may(4, "ID", 2, 2, "report type"),
            may(8, "TM", 4, 8, "report time"),
        ),
    ),
    "CUR": SegmentSpec((need(1, "ID", 2, 3, "who states the currency"), need(2, "CUR", 3, 3, "currency")), most=21),
    "DTM": SegmentSpec(
        (
            need(1, "ID", 3, 3, "date qualifier"),
            may(2, "DT", 8, 8, "date"),
            may(3, "TM", 4, 8, "time"),
            may(5, "ID", 2, 3, "period format"),
            may(6, "AN", 1, 35, "period"),
        ),
        most=6,
        pairs=((5, 6),),
        one_of=((2, 3, 5),),
    ),
    "REF": SegmentSpec(
        (
            need(1, "ID", 2, 3, "reference qualifier"),
            may(2, "AN", 1, 50, "reference"),
            may(3, "AN", 1, 80, "description"),
        ),
        most=4,
        one_of=((2, 3),),
    ),
    "N1": SegmentSpec(
        (
            need(1, "ID", 2, 3, "role of the party"),
            may(2, "AN", 1, 60, "name"),
            may(3, "ID", 1, 2, "identifier qualifier"),
            may(4, "AN", 2, 80, "identifier"),
        ),
        most=6,
        pairs=((3, 4),),
        one_of=((2, 3),),
    ),
    "N3": SegmentSpec((need(1, "AN", 1, 55, "street"), may(2, "AN", 1, 55, "street")), most=2),
    "N4": SegmentSpec(
        (
            may(1, "AN", 2, 30, "city"),
            may(2, "ID", 2, 2, "state or province"),
            may(3, "ID", 3, 15, "postal code"),
            may(4, "ID", 2, 3, "country"),
        ),
        most=7,
    ),
    "PTD": SegmentSpec((need(1, "ID", 2, 2, "product transfer type", TRANSFER_TYPES),), most=6, pairs=((2, 3), (4, 5))),
    "QTY": SegmentSpec(
        (need(1, "ID", 2, 2, "quantity qualifier"), need(2, "R", 1, 15, "quantity"), may(3, "ID", 2, 2, "unit", UNITS)),
        most=4,
    ),
    "QTY-total": SegmentSpec(
        (
            need(1, "ID", 2, 2, "quantity qualifier", "TO"),
            need(2, "R", 1, 15, "total quantity"),
            may(3, "ID", 2, 2, "unit", UNITS),
        ),
        most=4,
    ),
    "LIN": SegmentSpec(
        (
            may(1, "AN", 1, 20, "line number"),
            need(2, "ID", 2, 2, "product identifier qualifier"),
            need(3, "AN", 1, 48, "product identifier"),
        ),
        most=31,
        pairs=PRODUCT_PAIRS,
    ),
    "UIT": SegmentSpec((need(1, "ID", 2, 2, "unit", UNITS), may(2, "R", 1, 17, "unit price")), most=12),
    "CTP": SegmentSpec(
        (
            may(1, "ID", 2, 2, "class of trade"),
            may(2, "ID", 3, 3, "price code"),
            may(3, "R", 1, 17, "unit price"),
            may(4, "R", 1, 15, "quantity"),
        ),
        most=11,
    ),
    "AMT": SegmentSpec((need(1, "ID", 1, 3, "amount qualifier"), need(2, "R", 1, 18, "amount")), most=3),
    "PID": SegmentSpec((need(1, "ID", 1, 1, "description type"), may(5, "AN", 1, 80, "description")), most=9),
    "CTT": SegmentSpec((need(1, "N0", 1, 6, "number of lines"), may(2, "R", 1, 10, "hash total")), most=7),
}

PARTY = uses("N1! N2:2 N3:2 N4?")
CODES = Loop("a code loop (LM)", uses("LM! LQ:100 LCD:2"))
LINE_CODES = Loop("a code loop (LM)", uses("LM! LQ:100"), spoils="line")

HEADER_PARTY = Loop(
    "a party of the report (N1)",
    (*PARTY, *uses("REF:12"), Loop("a contact (PER)", uses("PER! REF*"))),
    most=5,
)
TRANSFER_PARTY = Loop(
    "a party of the transfer (N1)",
    (
        *PARTY,
        *uses("REF:20 PER:3"),
        Loop("sales item information (SII)", uses("SII! N9?"), spoils="line"),
    ),
    most=5,
    spoils="line",
)
LINE_DETAIL: tuple[Use | Loop, ...] = (
    *uses("PO3:25 PO4? UIT:12 CTP:25 AMT:12 ITA:10 PID:200 MEA:40 PWK:25 PKG:25 REF* PER:3 DTM:10 CUR? DD* LDT?"),
    LINE_CODES,
    Loop(
        "a subline (LX)",
        (*uses("LX! REF* DTM? N1?"), LINE_CODES),
        spoils="line",
    ),
    Loop("a type of financial accounting (FA1)", (Use("FA1", 1, 1), Use("FA2", 1)), spoils="line"),
)
QUANTITY_LINE = Loop("a line (QTY)", (*uses("QTY! LIN!"), *LINE_DETAIL), spoils="line")
ITEM_LINE = Loop(
    "a line (LIN)",
    uses("LIN! PID:200 QTY! CTP:25 UIT:12 AMT:12 REF* DTM:10 CUR? PO4? MEA:40"),
    spoils="line",
)
TRANSFER = Loop(
    "a transfer (PTD)",
    (
        *uses("PTD! DTM:10 REF:20 PRF? PER:3 MAN? LCD:2 LQ* MEA*"),
        TRANSFER_PARTY,
        QUANTITY_LINE,
        ITEM_LINE,
    ),
    least=1,
    spoils="line",
)
SALES_REPORT = SetSpec(
    "867",
    "PT",
    ("004010", "005010"),
    Loop(
        "the report (867)",
        (
            *uses("BPT! CUR? DTM:10"),
            Use("QTY", 0, 5, "QTY-total"),
            *uses("REF:12 PER:3 MEA:20 PSA:10"),
            HEADER_PARTY,
            CODES,
            TRANSFER,
            Loop("the totals (CTT)", uses("CTT! AMT:12 ITA:10"), most=1),
        ),
    ),
)

SEGMENTS_997 = {
    "AK1": SegmentSpec(
        (need(1, "ID", 2, 2, "functional identifier"), need(2, "N0", 1, 9, "group control number")), most=3
    ),
    "AK2": SegmentSpec(
        (need(1, "ID", 3, 3, "transaction set identifier"), need(2, "AN", 4, 9, "transaction set control number")),
        most=3,
    ),
    "AK3": SegmentSpec(
        (
            need(1, "ID", 2, 3, "segment identifier"),
            need(2, "N0", 1, 6, "segment position"),
            may(3, "AN", 1, 6, "loop"),
            may(4, "ID", 1, 3, "segment error", "1 2 3 4 5 6 7 8"),
        ),
        most=4,
    ),
    "AK4": SegmentSpec(
        (
            need((1, 1), "N0", 1, 2, "element position"),
            may(2, "N0", 1, 4, "element reference"),
            need(3, "ID", 1, 3, "element error", "1 2 3 4 5 6 7 8 9 10 12 13"),
            may(4, "AN", 1, 99, "copy of the bad element"),
        ),
        most=4,
    ),
    "AK5": SegmentSpec((need(1, "ID", 1, 1, "transaction acknowledgment code", "A E M R W X"),), most=6),
    "AK9": SegmentSpec(
        (
            need(1, "ID", 1, 1, "group acknowledgment code", "A E M P R W X"),
            need(2, "N0", 1, 6, "transactions in the group's trailer"),
            need(3, "N0", 1, 6, "transactions received"),
            need(4, "N0", 1, 6, "transactions accepted"),
        ),
        most=9,
    ),
}
ACKNOWLEDGEMENT = SetSpec(
    "997",
    "FA",
    ("004010", "005010"),
    Loop(
        "the acknowledgment (997)",
        (
            *uses("AK1!"),
            Loop(
                "a transaction's answer (AK2)",
                (
                    *uses("AK2!"),
                    Loop("a segment's errors (AK3)", uses("AK3! AK4:99")),
                    *uses("AK5!"),
                ),
                most=999_999,
            ),
            *uses("AK9!"),
        ),
    ),
)
