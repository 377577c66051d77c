"""The structures of the transaction sets of the purchasing cycle, by ST01.

Loops, order and repeats in the notation of `parsers.x12.structure`, drawn wide enough for versions
003040 to 008010: what a version lacks does no harm, what it adds stands where it belongs.
"""

_PARTY = "(N1 N2:2 N3:2 N4* NX2* REF* PER* SI* DTM* FOB TD1* TD5* TD3* TD4* PKG* DMG MSG*)"
_NOTES = "(N9 DTM* MEA* MSG|MTX* PWK* EFI*)"
_CODES = "(LM LQ*)"
_CHARGE = "(SAC CUR TXI* CTP*)"
_FREIGHT = "TD1* TD5* TD3* TD4*"
_CARRIAGE = f"{_FREIGHT} MAN* PCT* CTB* TXI*"
_HEADER = (
    f"CUR REF* PER* TAX* FOB* CTP* PAM* CSH* {_CHARGE} ITD* DIS* INC DTM* LDT* LIN* SI* PID|MEA*"
    f" PWK* PKG* {_CARRIAGE} {_NOTES} {_PARTY} {_CODES}"
    f" (SPI REF* DTM* MSG|MTX* (N1 N2:2 N3:2 N4* REF* G61* PER* MSG*) (CB1 REF* DTM* LDT* MSG*))"
    f" (ADV DTM* MTX*)"
)
_LINE_REST = (
    f"REF* PER* {_CHARGE} IT8* CSH* ITD* DIS* INC TAX* FOB* SDQ* IT3* DTM* TC2* {_FREIGHT} PCT*"
    " MAN* MSG|MTX* SPI* TXI* CTB*"
)
_SUBLINE = (
    "(SLN MSG* SI* PID* PO3* TC2* ADV* DTM* CTP* PAM* PO4* TAX* ACK* (N9 DTM* MSG|MTX*)"
    f" {_CHARGE} (QTY SI*) (N1 N2:2 N3:2 N4* NX2* REF* PER* SI*))"
)
_LINE_END = (
    f"(QTY SI*) (SCH {_FREIGHT} REF*) PKG|MEA* LS (LDT QTY* MSG* REF* (LM LQ*)) LE {_NOTES}"
    f" (N1 N2:2 N3:2 N4* NX2* REF* PER* SI* DTM* FOB SCH* {_FREIGHT} PKG* QTY*"
    f" (LDT MAN* QTY* MSG*)) {_SUBLINE} (AMT REF* PCT*) {_CODES}"
)
_LINE = f"LIN* SI* CUR CN1 PO3* CTP|CUR* PAM* MEA* PID|MEA* PWK* PO4* {_LINE_REST}"
_ORDER_LINE = f"{_LINE} {_LINE_END}"
_ANSWERED_LINE = f"{_LINE} (ACK DTM*) {_LINE_END}"
_TOTAL = "(CTT AMT*)"

_INVOICE_LINE = (
    "(IT1 CRC QTY* CUR IT3* TXI* CTP* PAM* MEA* PID|MEA* PWK* PKG* PO4* ITD* REF|YNQ* YNQ* PER*"
    " SDQ* DTM* CAD* L7* SR (SAC TXI*) (SLN DTM* REF* PID* SAC|TXI* TC2* TXI*)"
    " (N1 N2:2 N3:2 N4 REF* PER* DMG) (LM LQ*) (V1 R4* DTM*) (FA1 FA2*))"
)
_INVOICE = (
    "BIG! NTE* CUR REF* YNQ* PER* (N1 N2:2 N3:2 N4 REF* PER* DMG) ITD* DTM* FOB PID* MEA* PWK* PKG*"
    f" L7 BAL* INC PAM* CRC* {_CODES} (N9 MSG|MTX*) (V1 R4* DTM*) (FA1 FA2*)"
    f" {_INVOICE_LINE} TDS! TXI* CAD AMT* (SAC TXI*) (ISS PID*) CTT"
)
_BILLED_LEVEL = (
    "(HL! (G05 TD1* TD3* TD4* TD5* FOB DTM* N9* PER* CUR (N1 N2:2 N3:2 N4) (LM LQ*))"
    " (TDS PRF N9* DTM* ITD* TXI* SN1 ISS (ITA N1) (SAC TXI*) (N1 N2:2 N3:2 N4) (FA1 FA2*))"
    " (PAL SN1 MAN*) (LX N9* SN1 PO4 MEA* PKG* MAN*)"
    " (IT1 IT3 PO4 TD4* TC2* TXI* CTP* N9* MEA* DTM* ITD* (ITA N1) (PID MEA*) (SAC TXI*)"
    " (ITA N1) (SLN PID*) (LM LQ*) (FA1 FA2*)))"
)
_GROCERY_HEADER = (
    "NTE|G61|G62|G27|G66|N9|PER|CUR|ITD|FOB|G25|TD1|TD5|DTM* G23* G25* N9*"
    " (N1 N2 N3:2 N4 REF* PER* G61* G62* N9*) (G72 G73*) (LS N9* LE)"
)
_GROCERY_LINE_REST = (
    "G69* G70 G19 G20 G21 G22* G23* G66 G35 QTY* N9* G62* REF* MTX* (G72 G73*) (SLN SAC* N9* G69*)"
    " (N1 QTY* N9* G62*)"
)
_PLANNED = (
    "UIT* DTM* CUR PO3* CTP* PID|MEA* PWK* PKG* PO4* PRS REF* PER* SAC* IT8* CSH* ITD* DIS* TAX*"
    " FOB* LDT* QTY* ATH* TD1* TD5* TD3* TD4* MAN* DD* (SLN PID* N1 N2 N3 N4 REF* PER*)"
    " (N1 N2:2 N3:2 N4* REF* PER* FOB* TD5*) (LM LQ*) (FA1 FA2*)"
    " (FST QTY* SDQ* (LM LQ*)) (SDP (FST QTY* SDQ* (LM LQ*))) ATH* (SHP REF*) TD1* TD5* TD3* TD4*"
)

_SHIP_LEVEL = (
    "(HL! LIN SN1 SLD* PRF PO4 PID* MEA* PWK* PKG* TD1* TD5* TD3* TD4* TSD REF* PER* LS"
    " (CLD REF* DTM*) LE MAN* DTM* FOB PAL* (N1 N2:2 N3:2 N4 REF* PER* FOB YNQ*) SDQ* ETD* CUR"
    " (SAC CUR) GF YNQ* (LM LQ*) (V1 R4* DTM*))"
)
_RECEIPT_LINE = (
    "(RCD SN1 CUR LIN* PID* PO4 REF* PER* PRF* MEA* DTM* LM* LQ* TD1* TD5* TD3* TD4* MAN* SAC* FA1*"
    " N9* MSG* (N1 N2:2 N3:2 N4 REF* PER*) (SLN LIN* PID* REF*))"
)
_REMITTANCE = (
    "(ADX NTE* PER* (REF DTM*) (IT1 RPA* QTY* (REF DTM*) (SAC TXI*) (SLN (REF DTM*) (SAC TXI*))))"
)
_PAID = (
    f"(RMR NTE* REF* DTM* VEH* (IT1 REF* RPA* QTY* (SAC TXI*) (SLN REF* (SAC TXI*))) {_REMITTANCE}"
    " (LX REF* DTM* AMT*))"
)

STRUCTURES = {
    "810": _INVOICE,
    "820": (
        "BPR! NTE* TRN CUR REF* DTM* (N1 N2* N3* N4* REF* PER* RDM DTM*)"
        f" (ENT (NM1 N2* N3* N4 REF* PER*) REF|DTM* {_REMITTANCE} {_PAID} (TXP TXI*) (DED)"
        " (LX REF* TRN*) (FGS REF* DTM* AMT*)) (TXP TXI*) (DED)"
        f" (LX REF* TRN*) {_REMITTANCE} {_PAID} (IT1 REF* (SAC TXI*)) (RYL)"
    ),
    "824": (
        "BGN! CUR DTM* (N1 N2* N3* N4 REF* PER*)"
        " (OTI! REF* DTM* PER* AMT* QTY* NM1* (TED CTX* NTE* RED*) (LM LQ* (RED)))"
    ),
    "830": f"BFR! XPO* {_HEADER} (LIN! {_PLANNED}) CTT",
    "832": (
        "BCT! NTE* CTP* CUR* REF* PER* PID* MEA* PWK* PKG* TAX* FOB* SAC* ITD* DIS* DTM* LDT*"
        f" {_FREIGHT} MAN* (N1 N2:2 N3:2 N4* REF* PER* SI* DTM* CTP*) {_CODES} (N9 DTM* MSG*)"
        f" (LIN! DTM* REF* CTB* PID|MEA* PKG* PO4* {_FREIGHT} QTY* LDT* DTM* CUR SI* MSG* SAC*"
        " FOB* ITD* (G53) (CTP DTM* CUR SAC* PCT*) (PKL CTP* MEA* PID* DTM*)"
        " (SLN PID* CTP* DTM* REF*) (N1 N2:2 N3:2 N4* REF* PER* SI* CTP* LDT*)"
        f" {_CODES} (N9 DTM* MSG*)) CTT"
    ),
    "846": (
        "BIA! CUR DTM* REF* PER* MEA* PKG* N9* (N1 N2:2 N3:2 N4* REF* PER* FOB*) (LM LQ*)"
        " (LIN! PID* MEA* PKG* DTM* CTP* CUR SAC* REF* PER* PO4* TD1* TD5* N9* SI* MAN* UIT* CS*"
        f" AMT* SLN* {_CODES} (SCH TD5* REF*)"
        f" (QTY MEA* SDQ* UIT* LDT* DTM* REF* MAN* {_CODES} (SCH REF*))"
        " (N1 N2:2 N3:2 N4* REF* PER* LDT* FOB* (QTY MEA* UIT* DTM* REF*)) (SLN PID*)) CTT"
    ),
    "850": f"BEG! {_HEADER} (PO1! {_ORDER_LINE}) {_TOTAL}",
    "855": f"BAK! {_HEADER} (PO1 {_ANSWERED_LINE}) {_TOTAL}",
    "856": f"BSN! DTM* (TOD) {_SHIP_LEVEL} CTT",
    "857": f"BHT! BCH {_BILLED_LEVEL}",
    "860": f"BCH! {_HEADER} (POC {_ORDER_LINE}) {_TOTAL}",
    "861": (
        "BRA! CUR REF* PER* DTM* PRF* TD1* TD5* TD3* TD4* (N1 N2:2 N3:2 N4 REF* PER*) (LM LQ*)"
        f" FA1* N9* {_RECEIPT_LINE} CTT"
    ),
    "864": "BMG! DTM* (N1 N2* N3* N4 REF* PER*) (MIT! (N1 N2* N3* N4 REF* PER*) MSG*)",
    "865": f"BCA! {_HEADER} (POC {_ANSWERED_LINE}) {_TOTAL}",
    "870": (
        "BSR! REF* PER* TAX* ITD* DIS* DTM* (N1 N2:2 N3:2 N4* REF* PER*)"
        f" (HL! PRF REF* PER* DTM* ITD* SAC* {_FREIGHT} PO1|LIN* CUR PO3* PO4* PID|MEA* MSG*"
        " PKG* (ISR PID* QTY* DTM* TD5* REF*) QTY* REF* DTM* SCH* (SLN ISR* QTY*)"
        f" (N1 N2:2 N3:2 N4* REF* PER*) {_CODES}) CTT"
    ),
    "875": f"G50! {_GROCERY_HEADER} (G68! {_GROCERY_LINE_REST}) (LS G68* LE) G76",
    "880": (f"G01! {_GROCERY_HEADER} (G17! {_GROCERY_LINE_REST}) (G72 G73*) G31 G33 (G88)"),
    "894": "G82! N9* LS (G83 G22* (G72 G73*) G23*) LE (G72 G73*) G23* G84! G86 G85",
    "895": "G87! N9* LS (G89 G22* (G72 G73*) G23*) LE (G72 G73*) G23* G84 G86 G85",
    "997": "AK1! (AK2 (AK3 AK4*) AK5) AK9!",
    "999": "AK1! (AK2 (IK3 CTX* (IK4 CTX*)) IK5) AK9!",
}
