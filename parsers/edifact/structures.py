"""The structures of the messages of the purchasing cycle, by UNH message type.

Groups, order and repeats in the notation of `parsers.x12.structure`, drawn wide enough for the
directories D.93A to D.14B and for EANCOM.
"""

_REFERENCE = "(RFF DTM* FTX* GIR* LOC* MOA*)"
_CONTACT = "(CTA COM*)"
_PARTY = f"(NAD LOC* FII* MOA* FTX* {_REFERENCE} (DOC DTM*) {_CONTACT})"
_PAYING_PARTY = f"(NAD LOC* FII* MOA* FTX* {_REFERENCE} {_CONTACT})"
_TRANSPORT = "(TDT TSR* (LOC DTM*) (RFF DTM*) FTX*)"
_DELIVERY = "(TOD LOC* FTX*)"
_MARKS = "(PCI RFF* DTM* GIR* MEA* QTY* (GIN DLM*))"
_PACKING = f"(PAC MEA* QTY* DTM* RFF* GIN* (HAN FTX*) {_MARKS})"
_AMOUNTS = "(QTY RNG) (PCD RNG) (MOA RNG CUX* DTM*) (RTE RNG) (TAX MOA*)"
_ALLOWANCE = f"(ALC ALI* DTM* FTX* {_REFERENCE} {_AMOUNTS})"
_TERMS = "(PAT DTM* PCD|MOA* PAI FII) (PYT DTM* PCD|MOA* PAI FII* (FII))"
_LINE = (
    "PIA* IMD* MEA* QTY* PCD* ALI* DTM* MOA* GEI* GIN* GIR* QVR* DLM* EQD* DOC PAI FTX*"
    f" (CCI CAV* MEA*) (MOA|CUX RNG) {_TERMS} (PRI CUX APR* RNG DTM*) {_REFERENCE} {_PACKING}"
    f" (LOC QTY* DTM* NAD*) (TAX MOA* LOC*) {_PARTY} {_ALLOWANCE} {_TRANSPORT} {_DELIVERY}"
    " (SCC FTX* RFF* (QTY DTM*)) (RCS RFF* DTM* FTX*) (STS FTX*) (GIN DLM*)"
)
_HEAD = (
    f"BGM! DTM* PAI ALI* IMD* FTX* GIR* GEI* LOC* GIS* DGS* STS* MOA* {_REFERENCE} (AJT FTX*)"
    f" {_PARTY} (TAX MOA* LOC*) (CUX PCD* DTM*) {_TERMS} {_TRANSPORT} {_DELIVERY} {_PACKING}"
    f" (EQD HAN* MEA* FTX*) (SCC FTX* RFF* (QTY DTM*)) {_ALLOWANCE} (RCS RFF* DTM* FTX*)"
    " (INP FTX*) (FII)"
)
_SUMMARY = "CNT* (MOA RFF* DTM*) (TAX MOA*) (ALC ALI* MOA*) CNT*"
_ORDER = f"{_HEAD} (LIN {_LINE}) UNS {_SUMMARY}"
_SHIPMENT = (
    f"BGM! DTM* ALI* MEA* MOA* CUX* {_REFERENCE} {_PARTY} {_DELIVERY} {_TRANSPORT}"
    f" (EQD MEA* SEL* EQA* (HAN FTX*)) (CPS! FTX* QVR* {_PACKING} (LIN PIA* IMD* MEA* QTY* ALI*"
    " GIN* GIR* DLM* DTM* NAD* TDT* HAN* FTX* MOA* PRI* DOC* (RFF DTM*) (DGS QTY* FTX*)"
    " (LOC NAD DTM* QTY*) (SGP QTY*) (PCI DTM* MEA* QTY* (GIN DLM*)) (QVR DTM* (CUX)) (CDI INP*)))"
    " CNT* AUT*"
)

STRUCTURES = {
    "APERAK": (
        f"BGM! DTM* FTX* CNT* (DOC DTM*) (RFF DTM*) (NAD {_CONTACT} COM*) (ERC FTX (RFF FTX*) RFF*)"
    ),
    "CONTRL": "UCI! (UCM (UCS UCD*)) (UCF (UCM (UCS UCD*)))",
    "DESADV": _SHIPMENT,
    "INVOIC": _ORDER,
    "ORDCHG": _ORDER,
    "ORDERS": _ORDER,
    "ORDRSP": _ORDER,
    "RECADV": _SHIPMENT,
    "REMADV": (
        f"BGM! DTM* RFF* FII* PAI FTX* {_PAYING_PARTY} (CUX DTM*)"
        " (DOC MOA* DTM* RFF* NAD* (CUX DTM*) (AJT MOA* RFF* FTX*) (DLI MOA* PIA* DTM* (CUX DTM*)"
        " (AJT MOA* RFF* FTX*))) UNS MOA*"
    ),
}
