"""What the codes of EDIFACT say, in our own words: those that purchasing messages use.

A list is named for the element or component that its codes stand in, in the words of
`parsers.edifact.names`, or by the place (`NAD/1`). UN/EDIFACT directories D.96A to D.01B, EANCOM.
"""

from parsers.naming import Meanings

MEANINGS = Meanings("""
kind of message: APERAK application acknowledgment; CONTRL syntax acknowledgment; DESADV despatch
  advice; INVOIC invoice; ORDCHG order change; ORDERS order; ORDRSP order response; RECADV
  receiving advice; REMADV remittance advice; PRICAT price catalogue; DELFOR delivery schedule;
  INVRPT inventory report; SLSRPT sales report
document type: 105 order; 130 invoicing data sheet; 220 order; 221 blanket order; 224 rush order;
  226 call-off order; 227 consignment order; 228 sample order; 230 order change; 231 order
  response; 325 proforma invoice; 351 despatch advice; 380 invoice; 381 credit note; 383 debit
  note; 384 corrected invoice; 385 consolidated invoice; 386 prepayment invoice; 389 self-billed
  invoice; 393 factored invoice; 394 lease invoice; 481 remittance advice; 632 receiving advice;
  83E debit note, financial; YA1 cross-dock order
BGM/3: 1 cancellation; 2 addition; 3 deletion; 4 change; 5 replace; 7 duplicate; 9 original; 11
  response; 12 not processed; 13 request; 16 proposed; 27 not accepted; 29 accepted without
  change; 31 copy; 42 confirmation by other means; 43 additional transmission
answer wanted: AB message acknowledgment; AC acknowledge with detail and change; AI acknowledge
  only changes; AP accepted; NA no acknowledgment needed; RE rejected
acknowledgment requested: 1 requested
test: 1 test
date type: 2 delivery requested; 3 invoice; 4 order; 7 effective; 9 processing; 10 shipment
  requested; 11 despatch; 13 terms net due; 12 terms discount due; 17 delivery, estimated; 35
  delivery, actual; 36 expiry; 37 ship not before; 38 ship not later than; 50 goods received; 61
  cancel if not delivered by; 63 delivery, latest; 64 delivery, earliest; 67 delivery, scheduled;
  69 delivery, promised; 71 delivery, requested after; 74 delivery, requested before; 76 delivery,
  scheduled; 79 shipment, promised; 94 production; 131 tax point; 132 arrival, estimated; 133
  departure, estimated; 137 document; 138 payment; 140 payment due; 143 acceptance for transport;
  158 horizon start; 159 horizon end; 171 reference; 194 start; 200 pick-up; 203 execution
  requested; 206 end; 209 value date; 232 arrival, scheduled; 234 collection, earliest; 263
  invoicing period; 273 validity period; 310 received; 324 processing period; 325 production
  period; 359 collection; 361 best before; 454 accounting value date; 51 cumulative quantity
  start; 52 cumulative quantity end; 356 sale
format: 2 DDMMYY; 101 YYMMDD; 102 CCYYMMDD; 103 CCYYWW; 201 YYMMDDHHMM; 202 YYMMDDHHMMSS; 203
  CCYYMMDDHHMM; 204 CCYYMMDDHHMMSS; 602 year; 609 year and month; 610 CCYYMM; 615 YYWW; 616
  CCYYWW; 711 CCYYMMDD to CCYYMMDD; 713 YYMMDDHHMM to YYMMDDHHMM; 718 CCYYMMDD to CCYYMMDD; 719
  CCYYMMDDHHMM to CCYYMMDDHHMM; 801 years; 802 months; 803 weeks; 804 days
NAD/1: AB buyer's agent; BY buyer; CA carrier; CN consignee; CO corporate office; CZ consignor; DP
  delivery party; DS distributor; FR message from; II issuer of the invoice; IV invoicee; LD
  recovery; LF buyer's corporate office; LG declarant; MF manufacturer; MR message recipient; MS
  message sender; OB ordered by; PE payee; PR payer; PW despatch party; RE remit to; SE seller; SF
  ship from; SN store; SR supplier's agent; ST ship to; SU supplier; UC ultimate consignee; UD
  ultimate customer; WH warehouse; BF beneficiary's bank; BA booking agent; FW freight forwarder
number type: SA supplier's item number; BP buyer's item number; IN buyer's item number; EN EAN; UP
  UPC; SRV GTIN; EAN EAN; GB national number; HS harmonized system; MF manufacturer's item number;
  NB batch number; PV promotional variant; SN serial number; ST style; BJ SSCC; BN serial number;
  ML mark or label; BX batch number; UA ultimate customer's number; VP vendor's part number
item number type: AA product version; AT price look-up; BP buyer's part number; CC industry
  commodity code; DW drawing; EN international article number (EAN); EC engineering change; EU
  EAN; GB national number; GN national product group; HS harmonized system; IN buyer's item
  number; IS ISSN; IB ISBN; MF manufacturer's number; MN model; NB batch number; PV promotional
  variant; RC returnable container; RY record keeping; SA supplier's item number; SG standard
  product group; SK stock keeping unit; SN serial number; SRV global trade item number (GTIN); SRU
  shipping unit; ST style; UA ultimate customer's number; UP UPC; VN vendor's item number; VP
  vendor's part number
agency: 9 EAN (GS1); 28 AFNOR; 31 DIN; 91 assigned by the supplier; 92 assigned by the buyer; 86
  assigned by the originator; 5 ISO; 6 UN/ECE; 16 DUNS; 3 IATA; 17 S.W.I.F.T.; 10 ODETTE; 89
  assigned by the distributor; 87 assigned by the carrier; 182 assigned by the transport; 260
  EDIFICE; 116 ANSI
PIA/1: 1 additional identification; 2 for the invoice only; 3 substituted by; 4 substituted for; 5
  product identification; 6 equivalent; 10 product set
IMD/1: A free form, long; B code and text; C code; E free form, short; F free form; S structured;
  X semi-structured
quantity type: 1 discrete quantity; 11 split; 12 despatched; 21 ordered; 46 delivered; 47
  invoiced; 48 received; 52 per pack; 53 minimum order; 54 maximum order; 59 consumer units in the
  traded unit; 61 return; 83 backorder; 113 to be delivered; 119 short shipped; 121 over shipped;
  124 damaged; 128 waste; 145 on hand; 192 free goods; 193 free goods included; 194 received and
  accepted; 195 received, not accepted, to be returned; 196 received, not accepted, to be
  destroyed; 70 maximum shippable; 3 cumulative; 66 committed; 17 inventory; 153 sold
price type: AAA net price; AAB gross price; AAE information price; AAF information price; AAG
  price with tax; CAL calculation price; INF information; INV invoice price; NTP net unit price;
  GRP gross unit price
kind of price: CA catalogue; CT contract; DI distributor; PE per each; CON contract
amount type: 5 adjusted; 8 allowance or charge; 9 amount due; 12 amount remitted; 21 cash
  discount; 22 cash discount; 23 charge; 25 charge basis; 38 invoice item; 39 invoice total; 40
  freight; 52 discount; 54 prepaid; 55 duty; 60 final invoice; 64 freight; 66 goods item; 77
  invoice amount; 79 total line items; 86 message total; 98 original; 109 payment discount; 113
  prepaid; 116 price difference; 119 received; 124 tax; 125 taxable; 128 total; 129 total subject
  to discount; 131 total charges and allowances; 136 total surcharge; 138 total of payment; 139
  total; 146 unit price; 150 value added tax; 165 adjustment; 173 total additional; 176 message
  total duty, tax and fee; 203 line item; 204 allowance; 259 total charges; 260 total allowances;
  289 subtotal; 402 tax total; 165E adjustment; 35E total returns; 131E total; 131R total; 388
  total with tax; 389 total without tax
percentage type: 1 allowance; 2 charge; 3 allowance or charge; 7 percentage of the invoice; 12
  discount; 15 adjustment; 16 rate
reference type: AAJ delivery order; AAK despatch advice; AAM waybill; AAN delivery schedule; AAS
  transport document; AAU despatch note; ABT customs declaration; ACD additional reference; ACE
  related document; ACW earlier message; ADE account; AGI request; AIZ consolidated invoice; ALL
  message batch; ALO receiving advice; AMT goods and services tax number; API additional party;
  ASI proof of delivery; BC buyer's contract; BO blanket order; BM bill of lading; CD credit note;
  CN carrier's reference; CR customer's reference; CT contract; DL debit note; DM document; DQ
  delivery note; FC fiscal number; FF freight forwarder's number; GN government reference; IA
  internal vendor number; IP import licence; IT internal customer number; IV invoice; LI line
  item; ON order; OP original order; PK packing list; PL price list; PD promotion; PO purchase
  order; POR order response; PQ payment; PR price quote; RF export reference; SS seller's
  reference; SRN shipment; SZ specification; TI terminal; TL tax exemption; UC ultimate customer's
  reference; UCN unique consignment; VA VAT number; VN supplier's order number; VR vendor's
  number; XA company registration; YC1 account; AFO beneficiary's reference; PJ project; ANJ
  authorization; AFC container; CO buyer's order; AEG acceptance; DP department; ACL principal; CV
  container operator; SE serial number; ZZZ mutually defined
whose currency: 1 charge payment; 2 reference; 3 target
currency: USD US dollar; EUR euro; GBP pound sterling; CAD Canadian dollar; CHF Swiss franc; JPY
  yen; SEK Swedish krona; NOK Norwegian krone; DKK Danish krone; PLN zloty; AUD Australian dollar;
  CNY yuan; DEM German mark
CUX/1/3: 4 invoicing; 9 order; 10 pricing; 11 payment
CUX/2/3: 4 invoicing; 9 order; 10 pricing; 11 payment
ALC/1: A allowance; C charge; N neither; R credit; S debit
settlement: 1 bill back; 2 off the invoice; 4 credit to the customer's account; 5 charged to the
  supplier; 6 charged to the customer; 3 vendor's check
special service: AA advertising; ABK miscellaneous; ADR other services; CAI cash discount; DI
  discount; FA freight allowance; FC freight charge; FI finance charge; HD handling; IN insurance;
  PC packing; PAD promotional allowance; QD quantity discount; RAD freight surcharge; SH special
  handling; TAE truckload discount; TD trade discount; TX tax; AJ adjustment; CL contract
  allowance; EAB early payment; ABH surcharge
TAX/1: 5 customs duty; 6 fee; 7 tax; 9 tax-related information
TAX/2/1: VAT value added tax; GST goods and services tax; CUD customs duty; EXC excise; ENV
  environmental tax; IMP import tax; LOC local sales tax; STT state or provincial sales tax; OTH
  other; AAA petroleum tax; CAR car tax; GCN general construction tax
category: A mixed; AA lower rate; AB exempt for resale; AC later collected; AE reverse charge; B
  transferred; C paid by the supplier; E exempt; G export; H higher rate; O outside the scope; S
  standard rate; Z zero rated; K intra-community supply
terms type: 1 basic; 2 end of month; 3 fixed date; 4 deferred; 5 discount not applicable; 6 mixed;
  7 extended; 8 basic discount offered; 9 proximo; 10 instant; 20 penalty; 22 discount; 23 advance
  payment; 27 payment due on receipt
PAT/3/1: 1 date of the order; 4 date of the contract; 5 date of the invoice; 9 date of receipt; 21
  date of the despatch; 29 date of delivery; 66 specified date; 69 date the invoice was received
PAT/3/2: 1 on the reference date; 2 before the reference; 3 after the reference
PAT/3/3: D day; W week; M month; Y year; WD working day; CD calendar day; 3M quarter
section: D header and detail; S detail and summary
kind of total: 1 total of the quantities; 2 number of lines; 3 number of lines and sublines; 7
  weight; 11 number of packages; 15 volume; 20 number of packages; 26 gross volume; 36 number of
  invoices; 18 gross weight; 29 net weight; 58 message lines; 16 number of items
COM/1/2: TE telephone; FX fax; EM e-mail; TL telex; AL mobile telephone; XF X.400; EI EDI; AH web
  address
CTA/1: AD accounting; AL acceptance; AP accounts payable; AR accounts receivable; BF service; CR
  customer relations; DL delivery; GR goods receiving; IC information; OC order; PD purchasing; PE
  payee; SA sales; SD shipping; SU supplier; TR transport; BJ department; CN consignee; HE
  emergency; LB place of delivery
FTX/1: AAA goods description; AAB payment terms; AAI general; ABL government; CUS customs; DEL
  delivery; DIN delivery instruction; GEN entire transaction; INV invoice instruction; LIN line
  item; ORI order instruction; PMD payment detail; PMT payment; PUR purchasing; REG regulatory;
  SIN special instruction; SUR supplier's remarks; TXD tax declaration; ZZZ mutually defined; PAC
  packing; TRA transport; CHG change; ACB additional; OSI other service; PRD product; AAZ
  inspection; SPH special handling; TPO terms of purchase
LOC/1: 1 place of delivery terms; 5 place of departure; 7 place of delivery; 8 place of
  destination; 9 place of loading; 11 place of discharge; 13 place of transshipment; 19 warehouse;
  27 country of origin; 28 country of destination; 35 country of export; 36 country of final
  destination; 60 place of arrival; 84 transport; 88 place of receipt; 14 location of the goods;
  162 place of sale
MEA/1: AAE measurement; CT counts; LAO physical; PD physical dimensions; WT weights; AAX
  consignment; AAY package; ABJ line
what was measured: AAA net weight; AAB gross weight; AAC net net weight; AAD gross weight; AAL net
  weight; AAW gross volume; AAX net volume; ABJ volume; DI diameter; DP depth; G gross weight; HT
  height; LN length; SQ shipped quantity; T tare; U weight per unit; WD width; WT weight; ULY
  units per layer; LAY number of layers; VOL volume
TDT/1: 1 inland; 10 before carriage; 11 at border; 12 at departure; 13 at destination; 20 main
  carriage; 30 on carriage; 15 at departure; 25 delivery carriage
TDT/3/1: 1 sea; 2 rail; 3 road; 4 air; 5 mail; 6 multimodal; 8 inland water; 10 maritime; 20 rail;
  30 road; 40 air; 60 multimodal; 0 not specified; 31 truck
TOD/1: 1 price condition; 2 despatch condition; 3 price and despatch condition; 4 collected by the
  customer; 5 transport; 6 delivery condition
who pays: CC collect; CF collect, credited back; DF defined by the parties; FO FOB; NC free; PC
  prepaid but charged; PP prepaid by the seller; PO prepaid only; PU pick up; TP third party pays
TOD/3/1: CFR cost and freight; CIF cost, insurance and freight; CIP carriage and insurance paid;
  CPT carriage paid to; DAF delivered at frontier; DAP delivered at place; DAT delivered at
  terminal; DDP delivered duty paid; DDU delivered duty unpaid; DEQ delivered ex quay; DES
  delivered ex ship; EXW ex works; FAS free alongside ship; FCA free carrier; FOB free on board
PAI/1/3: 10 cash; 20 cheque; 30 credit transfer; 31 debit transfer; 42 to a bank account; 48 bank
  card; 49 direct debit; 50 postal giro; 58 SEPA credit transfer; 59 SEPA direct debit; 60
  promissory note; 1 not defined; 97 clearing between partners
package code: 08 oneway pallet; 09 returnable pallet; 200 pallet, 80 by 60; 201 pallet, 80 by 120;
  202 pallet, 100 by 120; BX box; CS case; CT carton; DH box; PK package; PX pallet; RL reel; SL
  slipsheet; SW shrinkwrapped; BG bag; BE bundle; CR crate; DR drum; PC parcel; RO roll; SA sack;
  TU tube; X1 trolley
PCI/1: 16 buyer's instructions; 17 supplier's instructions; 24 shipper assigned; 30 mark serial
  shipping container code; 33E marked with SSCC; 34 mark with the number; 36E supplier's marks;
  39E other marks; 35E marked with barcode; 10 mark freight; 28 mark by buyer
LIN/2: 1 added; 2 deleted; 3 changed; 4 no action; 5 accepted without change; 6 accepted with
  change; 7 not accepted; 10 not found; 12 substituted; 14 accepted with other delivery; 24
  accepted with other; 25 change accepted; 26 change rejected; 32 not shipped
unit: PCE piece; C62 one; EA each; H87 piece; KGM kilogram; GRM gram; TNE metric ton; LTR litre;
  MLT millilitre; MTR metre; CMT centimetre; MMT millimetre; MTK square metre; MTQ cubic metre;
  HUR hour; DAY day; MON month; ANN year; PK pack; PR pair; SET set; BX box; CT carton; CS case;
  CA case; RO roll; RL reel; DZN dozen; LBR pound; ONZ ounce; FOT foot; INH inch; YRD yard; GLL
  gallon; QTL quart; PTL pint; KMT kilometre; KWH kilowatt hour; PL pallet; PF pallet; BG bag; BO
  bottle; XPX pallet; XCT carton; XBX box; PA packet; NAR number of articles; P1 percent; MIN
  minute; FTK square foot; CEN hundred; MIL thousand; GRO gross; NMP packs; ST sheet; CMK square
  centimetre; HLT hectolitre; DZ dozen; TU tube; KG kilogram
UCI/4: 4 rejected with all below; 7 acknowledged, rest accepted if not told; 8 received
UCM/3: 4 rejected with all below; 7 acknowledged, rest accepted if not told; 8 received
UCF/4: 4 rejected with all below; 7 acknowledged, rest accepted if not told; 8 received
syntax fault: 2 syntax version not supported; 7 recipient is not the one meant; 12 value not
  valid; 13 missing; 14 value not supported here; 15 not supported in this position; 16 too many
  parts; 17 no agreement; 18 unspecified fault; 19 decimal mark not valid; 20 character not valid
  as a separator; 21 character not valid; 22 service character not valid; 23 sender not known; 24
  too old; 25 test not supported; 26 duplicate; 27 security not supported; 28 references do not
  match; 29 count does not match; 30 groups and messages mixed; 31 more than one kind of message
  in a group; 32 lower level empty; 33 not valid outside a message; 35 too many repetitions of a
  data element; 36 too many repetitions of a segment group; 37 character type not valid; 38 digit
  before the decimal mark missing; 39 data element too long; 40 data element too short; 44
  trailing separator
""")
