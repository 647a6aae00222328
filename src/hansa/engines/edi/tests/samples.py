"""Our own small interchanges, with right counts unless a test breaks them."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = (
    "BPT*00*POS-77*20260905*02",
    "CUR*DS*EUR",
    "DTM*090*20260801",
    "DTM*091*20260831",
    "N1*DS*NORDWIND DISTRIBUTION*92*ND1",
)
SALE = (
    "PTD*SD",
    "REF*IV*R-1001",
    "N1*BY*VELO HAUS GMBH*92*P-17",
    "N4*KIEL**24103*DE",
    "N1*EN*STADTWERKE KIEL",
    "QTY*39*3*EA",
    "LIN*1*VP*BIKE-7*SK*889",
    "UIT*EA*250.50",
    "AMT*1*751.50",
    "PID*F****CITY BIKE",
    "REF*SE*SN-1",
    "REF*SE*SN-2",
    "REF*P4*SPA-9",
    "DTM*011*20260814",
)
RETURN = ("PTD*RP", "REF*IV*R-1002", "N1*BY*VELO HAUS GMBH*92*P-17", "QTY*39*1*EA", "LIN**VP*BIKE-7", "UIT*EA*250.50")
ISA = "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*HERSTELLER     *260905*0700*U*00401*000000012*0*P*>"
GS = "GS*PT*NORDWIND*HERSTELLER*20260905*0700*12*X*004010"


def x12(*bodies: Sequence[str], isa: str = ISA, gs: str = GS, end: str = "~\n") -> bytes:
    """An interchange with a transaction 867 for each body, all counts right."""
    segments = [isa, gs]
    for number, body in enumerate(bodies, 1):
        segments += [f"ST*867*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
    segments += [f"GE*{len(bodies)}*12", "IEA*1*000000012"]
    return "".join(segment + end for segment in segments).encode()


def report(*transfers: Sequence[str], head: Sequence[str] = HEAD, totals: Sequence[str] | None = None) -> list[str]:
    """The body of an 867; the totals fit unless they are given."""
    lines = sum(segment.startswith("QTY*") for transfer in transfers for segment in transfer)
    return [
        *head,
        *(segment for transfer in transfers for segment in transfer),
        *((f"CTT*{lines}",) if totals is None else totals),
    ]


SLSRPT_HEAD = (
    "BGM+73E::9+S-5+9",
    "DTM+137:20260905:102",
    "DTM+90:20260801:102",
    "DTM+91:20260831:102",
    "NAD+SE+4012345000009::9",
    "CUX+2:EUR:10",
)
BY_LOCATION = (
    "LOC+162+4012345000016::9",
    "DTM+356:20260814:102",
    "LIN+1++4099999000001:EN",
    "IMD+F++:::RAD ?'CITY?'",
    "RFF+IV:R-5:2",
    "PRI+AAA:250,5",
    "QTY+153:3:PCE",
    "LIN+2++4099999000002:EN",
    "QTY+61:1:PCE",
    "MOA+203:99.90",
)
BY_ITEM = (
    "LIN+1++4099999000001:EN",
    "PRI+AAA:250.5",
    "LOC+162+SHOP-1::92",
    "DTM+356:20260814:102",
    "QTY+153:3",
    "LOC+162+SHOP-2::92",
    "QTY+153:4",
)


def edifact(*bodies: Sequence[str], una: str = "UNA:+.? '", unb: str = "") -> bytes:
    """An interchange with a message SLSRPT for each body, all counts right."""
    segments = [unb or "UNB+UNOC:3+4012345000009:14+4098765000002:14+260905:0700+REF9"]
    for number, body in enumerate(bodies, 1):
        segments += [f"UNH+{number}+SLSRPT:D:96A:UN:EAN004", *body, f"UNT+{len(body) + 2}+{number}"]
    segments.append(f"UNZ+{len(bodies)}+REF9")
    return (una + "".join(f"{segment}'\n" for segment in segments)).encode()
