"""What the codes of X12 say, in our own words: those that purchasing documents use.

A list is named for the element that its codes stand in, in the words of `parsers.x12.names`, or by
the place (`N1/03`) where that name is not enough. Codes are those of 004010 and later.
"""

from parsers.naming import Meanings

MEANINGS = Meanings("""
purpose: 00 original; 01 cancellation; 02 add; 03 delete; 04 change; 05 replace; 06 confirmation;
  07 duplicate; 08 status; 11 response; 12 not processed; 13 request; 14 advance notification; 15
  re-submission; 16 proposed; 18 reissue; 19 seller initiated change; 22 information copy; 24
  draft; 25 incremental; 35 request authority; 44 rejection; CO corrected
GS/01: AG application advice; FA functional acknowledgment; IB inventory inquiry or advice; IN
  invoice; OG grocery order; PC order change; PO purchase order; PR order answer; PS planning
  schedule; QG product information; RA payment order or remittance; RC receiving advice; RS order
  status; SC price and sales catalogue; SH ship notice; TX text message; CA change answer; GP
  grocery invoice; DX direct store delivery; SS shipping schedule; PD product activity; AR stock
  transfer; IA inventory advice
ISA/14: 0 not requested; 1 requested
test or production: P production; T test; I information
sender's qualifier: 01 DUNS; 02 SCAC; 08 UCC communications id; 12 telephone; 14 DUNS with suffix;
  16 DUNS with four digits; 20 HIN; 30 US tax id; ZZ mutually defined
receiver's qualifier: 01 DUNS; 02 SCAC; 08 UCC communications id; 12 telephone; 14 DUNS with
  suffix; 16 DUNS with four digits; 20 HIN; 30 US tax id; ZZ mutually defined
kind of document: 810 invoice; 820 payment order or remittance; 824 application advice; 830
  planning schedule; 832 price and sales catalogue; 846 inventory inquiry or advice; 850 purchase
  order; 855 order answer; 856 ship notice; 857 shipment and billing notice; 860 order change; 861
  receiving advice; 862 shipping schedule; 864 text message; 865 change answer; 869 order status
  inquiry; 870 order status; 875 grocery order; 880 grocery invoice; 894 delivery or return; 895
  delivery acknowledgment or adjustment; 997 functional acknowledgment; 999 implementation
  acknowledgment
GS/07: X X12; T transportation
order type: SA standalone; NE new order; BK blanket order; RL release of a blanket order; DS drop
  shipment; RO rush order; KN purchase order; BE blanket order, quantity estimated; BL blanket
  order, quantity firm; CF confirmation; CP change to an order; OS special order; RE reorder; SP
  sample; ST standing order; SS supply or service order; IN information copy; CN consigned order;
  DR direct ship; EO emergency order; KA back order; WO work order; PR promotion; UE unencumbered;
  ZZ mutually defined
answer type: AC accepted with detail and change; AD accepted with detail, no change; AE accepted
  with exceptions; AH replaced with changes; AK acknowledged, no detail or change; AP accepted in
  part; AT accepted; RD rejected with detail; RF rejected, counter offer; RJ rejected, no detail;
  ZZ mutually defined
acknowledgment type: AC acknowledge with detail and change; AD acknowledge with detail; AE
  acknowledge exceptions only; AK acknowledge, no detail; NA no acknowledgment needed; RD reject
  with detail
ACK/01: AC accepted and shipped; AR accepted and released for shipment; DR accepted, date moved;
  IA accepted; IB backordered; IC accepted with changes; ID deleted; IE accepted, price pending;
  IF on hold, description incomplete; IH on hold; IP accepted, price changed; IQ accepted,
  quantity changed; IR rejected; IS accepted, substituted; IW on hold, waiver; R1 rejected, not a
  contract item; R2 rejected, item number invalid; R3 rejected, unit invalid; R4 rejected, not
  available; SP accepted, schedule pending
invoice type: CI consolidated invoice; CN credit invoice; CR credit memo; DI debit invoice; DR
  debit memo; PR product or service; FB final bill; PP prepaid invoice; ME memorandum; DO drop
  shipment; RA request for credit; TR transmittal; CB consolidated for receipt
BPR/01: C payment with remittance; D payment only; I remittance only; P prenote; U split; X other
BPR/03: C credit; D debit
payment method: ACH automated clearing house; BOP bank chooses; CHK cheque; FEW Fedwire; FWT
  Federal Reserve wire; NON no payment; SWT SWIFT; CWT clearing house wire; PBC commercial credit
  card; ZZZ mutually defined
currency: USD US dollar; EUR euro; GBP pound sterling; CAD Canadian dollar; MXN Mexican peso; CHF
  Swiss franc; JPY yen; CNY yuan; AUD Australian dollar
role: 2A agency; 31 postal address; 40 receiver; 41 submitter; AP account of; BS bill and ship to;
  BT bill to; BY buyer; CA carrier; CN consignee; CT country of origin; DA delivery address; EN
  end user; FR message from; II issuer of the invoice; IS item supplier; LW customer; MA ultimate
  recipient; MF manufacturer; MI planning schedule issuer; OB ordered by; PE payee; PR payer; PW
  pick up; RC receiving location; RE remit to; RI remit to; SE seller; SF ship from; SH shipper;
  SN store; SO sold to, if other than bill to; ST ship to; SU supplier; TO message to; VN vendor;
  WH warehouse; XC carrier's billing office; Z7 mark for; BC buyer's shop; CU customer; DS
  distributor; DB distribution branch; DU reseller; PD purchaser's department buyer
PER/01: AP accounts payable; AR accounts receivable; BD buyer or department; BI bill enquiries; CN
  general contact; DC delivery contact; EA EDI coordinator; EX expeditor; IC information contact;
  OC order contact; PD project director; RE receiving contact; RP responsible person; SA sales; SH
  shipper contact; SR sales representative; ST ship to; TN transport
PER/03: AP alternate telephone; CP cellular phone; EM e-mail; EX telephone extension; FX fax; HP
  home phone; IT international telephone; TE telephone; UR web address; WP work phone
PER/05: AP alternate telephone; CP cellular phone; EM e-mail; EX telephone extension; FX fax; HP
  home phone; IT international telephone; TE telephone; UR web address; WP work phone
PER/07: AP alternate telephone; CP cellular phone; EM e-mail; EX telephone extension; FX fax; HP
  home phone; IT international telephone; TE telephone; UR web address; WP work phone
number type: 1 DUNS; 2 SCAC; 4 IATA; 9 DUNS with four digits; 10 department of defense code; 11
  drug enforcement number; 12 telephone; 15 standard address number; 16 postal code; 17 bank
  branch; 20 BLS number; 21 health industry number; 24 employer's id; 25 carrier's id; 34 social
  security number; 91 assigned by the seller; 92 assigned by the buyer; 93 assigned by the
  originator; 94 assigned by the destination; 95 assigned by the transporter; A1 approver; FI tax
  id; M3 site; UL global location number (GLN); ZZ mutually defined
place type: AC city and state; CC country; CY county; CI city; DE destination; DC distribution
  centre; FA factory; FF foreign freight forwarder; FR freight; KL port of loading; OR origin; PE
  port of entry; PB port of discharge; SH store; SP state; WH warehouse; ZZ mutually defined
reference type: 06 system number; 11 account; 12 billing account; 19 division; 1V related vendor
  order; 2I tracking number; 3H case number; 4B origin code; 4C destination code; 4N payment
  reference; 55 sequence; 60 account suffix; 8M originating company; 92 project number; 97 package
  number; AAO carrier's assignment; AB acceptable source; AH agreement; AI associated invoice; AJ
  accounts receivable number; AN associated purchase order; AP accounts receivable number; BB
  authorization; BC buyer's contract; BL government bill of lading; BM bill of lading; BN booking;
  BO bin; BT batch; BV purchase order line; BX buyer's shipment mark; CA cost allocation; CE class
  of contract; CL seller's credit memo; CM buyer's credit memo; CN carrier's reference (PRO); CO
  customer's order; CP condition of purchase; CR customer's reference; CT contract; CV cost
  center; DA deal; DI distributor invoice; DO delivery order; DP department; DV diversion; EM
  electronic payment; EO submitter; EQ equipment; F8 original reference; FI file; FN forwarder's
  number; GC government contract; GL general ledger account; GT goods and services tax number; IA
  vendor's internal number; IL internal order number; IN consignee's invoice; IT internal customer
  number; IV seller's invoice; IX item; JB job; JS job sequence; KK delivery reference; KQ
  procuring agency; L1 letters or notes; LA shipping label; LD loan; LF line item; LI line number;
  LO load planning; LS bar code; LT lot; LU location; MA ship notice; MB master bill of lading; MK
  manifest key; MR merchandise type; MS manufacturer's material safety data; MT meter ticket; OI
  original invoice; ON dealer's order; OP original purchase order; OR order number; OQ order; P4
  project code; PD promotion; PE plant; PG product group; PH priority; PI price list change; PK
  packing list; PL price list; PM part; PO purchase order; PP purchase order revision; PQ payee;
  PR price quote; PU previous bill of lading; PV vendor's order; PX previous contract; Q9 order
  status; QN stop sequence; RB rate code; RE release; RM raw material; RN run number; RQ
  requisition; RU route; RV receiving number; SA salesperson; SB sales region; SC shipper's car
  order; SD subdepartment; SE serial number; SF ship from; SI shipper's number; SM sales office;
  SN seal; SO shipper's order; SQ container sequence; ST store; SU special processing; SW seller's
  sale number; TC vendor's terms; TG transportation control; TH transportation account; TJ federal
  tax id; TN transaction; TX tax exemption; UL end user's order; VC vendor's contract; VN vendor's
  order; VP vendor's product number; VR vendor's number; VV voucher; VX VAT number; WH warehouse;
  WO work order; WS warehouse storage location; WY waybill; X9 internal control number; XE
  transport priority; XY other unlisted; YD buyer's identification; ZA supplier; ZZ mutually
  defined; IK invoice
date type: 001 cancel after; 002 delivery requested; 003 invoice; 004 purchase order; 005 sailing;
  006 sold; 007 effective; 008 purchase order received; 009 process; 010 requested ship; 011
  shipped; 012 terms discount due; 013 terms net due; 014 deferred payment; 015 promotion start;
  016 promotion end; 017 estimated delivery; 018 available; 019 unloaded; 022 freight bill; 035
  delivered; 036 expiration; 037 ship not before; 038 ship no later; 043 publication; 050
  received; 051 cumulative quantity start; 052 cumulative quantity end; 055 confirmed; 060
  engineering change; 061 cancel if not delivered by; 062 start; 063 do not deliver after; 064 do
  not deliver before; 065 first schedule delivery; 066 first schedule ship; 067 current schedule
  delivery; 068 current schedule ship; 069 promised for delivery; 070 scheduled for delivery
  (after and including); 071 requested for delivery (after and including); 074 requested for
  delivery (before and including); 076 scheduled for delivery (before and including); 077
  requested for delivery week; 079 promised for shipment; 080 scheduled for shipment; 090 report
  start; 091 report end; 092 contract effective; 093 contract expiration; 094 manufacture; 097
  transaction; 102 issue; 106 required by; 107 deposit; 118 requested pick-up; 128 replacement
  effective; 129 customer's contract effective; 139 estimated; 140 actual; 145 opening; 146
  closing; 150 service period start; 151 service period end; 168 release; 171 revision; 174 month
  ending; 186 invoice period start; 187 invoice period end; 193 period start; 194 period end; 196
  start; 197 end; 208 lot expiry; 371 estimated arrival; 405 production; 472 service; 511 shelf
  life expiration; 582 report period; 598 rejected; 996 required delivery; 020 cheque
date format: CC first two digits of the year; D8 date; RD8 range of dates; DT date and time; TM
  time; UN unstructured
time zone: AT Alaska; CD Central daylight; CS Central standard; CT Central; ED Eastern daylight;
  ES Eastern standard; ET Eastern; GM Greenwich mean; LT local; MT Mountain; PT Pacific; UT
  universal
unit: AB bulk pack; AS assortment; BA bale; BC bucket; BG bag; BK book; BO bottle; BR barrel; BS
  basket; BU bushel; BX box; C3 centilitre; CA case; CC cubic centimetre; CF cubic foot; CH
  container; CI cubic inch; CM centimetre; CN can; CO cubic metre; CT carton; CU cup; CW
  hundredweight; CY cubic yard; DA day; DR drum; DZ dozen; EA each; FT foot; GA gallon; GR gram;
  HR hour; HU hundred; IN inch; JR jar; KE keg; KG kilogram; KT kit; LB pound; LF linear foot; LT
  litre; MC microgram; MJ minute; ML millilitre; MM millimetre; MO month; MP metric ton; MR metre;
  MX mixed; OZ ounce; P1 percent; PA pail; PC piece; PH pack; PK package; PL pallet; PR pair; PT
  pint; PY peck; QT quart; RL roll; RM ream; RO roll; SF square foot; SH sheet; SI square inch; SK
  skein; SL sleeve; SM square metre; SO spool; ST set; SV skid; SY square yard; TB tube; TE tote;
  TH thousand; TK tank; TN net ton; TY tray; UN unit; VI vial; WK week; YD yard; YR year; ZZ
  mutually defined; 01 actual pounds; CR cubic metre; FO fluid ounce; GS gross; LO lot; DP dozen
  pair; EV envelope; ME milligram; RE reel; BF board foot; PD pad; DS display
basis of the price: CA catalogue price; CP current price; CT contract price; DI distributor price;
  ES estimated; HF per hundred feet; HP price per hundred; LE catalogue price per each; NC no
  charge; NQ no price quoted; NT net price; PE price per each; PF price per foot; PP price per
  pound; PR promotional; PY price per yard; QT quoted price; SR suggested retail; TD contract
  price per dozen; TE contract price per each; TP price per thousand; UM price per unit of
  measure; WC wholesale per case; WD wholesale per dozen; WE wholesale price per each; WH
  wholesale
price type: ACT actual; ALT alternate; CAT catalogue; CON contract; DIS distributor; FCP fixed;
  FUP firm; INV invoice; LPR list; MSR manufacturer's suggested retail; NET net; NEW new; PAQ
  price as quoted; PPR provisional; PRO producer's; PRP promotional; QTE quote; RES resale; RTL
  retail; SLP suggested list; SRP suggested retail; UCP unit cost; WHL wholesale
item number type: BL brand or label; BO buyer's colour; BP buyer's part; BZ buyer's size; CB
  buyer's catalogue number; CC industry commodity code; CG commodity grouping; CH country of
  origin; CL colour; CN commodity name; CR contract; EC engineering change; EN EAN-13; EO EAN-8;
  IB ISBN; IN buyer's item; IT buyer's style; IZ buyer's size; LT lot; MD model description; MF
  manufacturer; MG manufacturer's part; MN model; N1 drug code 4-4-2; N2 drug code 5-3-2; N3 drug
  code 5-4-1; N4 drug code (NDC) 5-4-2; PC prime contractor's part; PD part description; PI
  purchaser's item; PL buyer's order line; PN company part; PO purchase order; PP purchase order
  revision; PR process number; PW part drawing; RR replacement part; SE serial number; SH service
  requested; SK stock keeping unit (SKU); SN serial number; ST style; SV service rendered; SZ
  vendor's alphanumeric size; UA case code (12 digits); UC consumer package; UI consumer package
  code (1-5-5); UK global trade item number (14 digits); UN UPC case code; UO UPC; UP UPC (12
  digits); VA vendor's style; VC vendor's catalogue number; VE vendor's colour; VN vendor's item;
  VO vendor's order; VP vendor's part; VS vendor's supplemental item; VX vendor's specification;
  ZZ mutually defined
SAC/01: A allowance; C charge; N no allowance or charge; P promotion; Q charge request; R
  allowance request; S service
ITA/01: A allowance; C charge; N no allowance or charge; P promotion; S service
SAC/02: A170 adjustments; A260 advertising; A400 allowance; B210 co-op credit; B320 competitive
  allowance; B840 customer account number; B950 damaged merchandise; C000 defective allowance;
  C260 discount, incentive; C300 discount, special; C310 discount; C350 distributor discount; D170
  free goods; D240 freight; D270 fuel surcharge; D350 goods and services credit; D360 goods and
  services tax; D500 handling; D550 hazardous cargo charge; D980 insurance; E170 labeling; E730
  new item allowance; F050 other; F180 pallet; F340 pick up; F670 price and marketing allowance;
  F680 price deviation; F800 promotional allowance; F810 promotional discount; F910 quantity
  discount; G740 service charge; G821 shipping; G830 shipping and handling; H000 special
  allowance; H010 special buy; H090 special handling; H151 special services; H550 surcharge; H850
  tax; I170 trade discount; I270 truckload discount; I410 unsaleable merchandise; I430 vendor
  freight; I530 volume discount; I570 warehouse; ZZZZ mutually defined
percent base: 1 price of the item; 2 net price of the item; 3 discount on the gross; 4 discount on
  the net; 5 base price per unit; 6 base price amount; Z mutually defined
method of handling: 01 bill back; 02 off the invoice; 03 vendor's check; 04 credit to the
  customer's account; 05 charge to be paid by the vendor; 06 charge to be paid by the customer; 07
  optional; 08 off the gross; 09 allowance to be issued by the buyer; 10 charge denied; 11
  allowance; 12 quantity; 13 provided by the seller; 15 information only; ZZ mutually defined
terms type: 01 basic; 02 end of month; 03 fixed date; 04 deferred or instalment; 05 discount not
  applicable; 06 mixed; 07 extended; 08 basic discount offered; 09 proximo; 10 instant; 11
  elective; 12 ten days after end of month; 13 seller to advise; 14 previously agreed; ZZ mutually
  defined
terms basis: 1 ship date; 2 delivery date; 3 invoice date; 4 date of the specification; 5 invoice
  receipt date; 6 anticipated delivery; 7 effective date; 8 invoice transmission; 9 purchase order
  date; 15 receipt of goods; ZZ mutually defined
who pays freight: CC collect; CD collect on delivery; CF collect, freight credited back; DE per
  contract; DF defined by buyer and seller; FO FOB port of call; HP half prepaid; MX mixed; NC
  free service; NR non-revenue; PA advance prepaid; PB customer pick-up; PC prepaid but charged to
  the customer; PD prepaid by the processor; PE prepaid and summary bill; PL prepaid local,
  collect outstate; PO prepaid only; PP prepaid by the seller; PS paid by the seller; PU pick up;
  RC return container; RF return container; TP third party pays; WC weight condition
transport mode: A air; AE air express; B barge; C consolidation; D parcel post; E expedited truck;
  G piggyback; H customer pick-up; J motor; K backhaul; L contract carrier; LT less than
  truckload; M motor (common carrier); O containerized ocean; P private carrier; R rail; S ocean;
  SR supplier's truck; T best way; U private parcel service; VE vessel; X intermodal; ZZ mutually
  defined
shipment status: BO backordered from an earlier shipment; BP part shipped, rest backordered; CC
  complete; CE ship as is; CL complete; CP part shipped, rest cancelled; CS cancelled; DE deleted;
  DS diverted; IC item cancelled; IS item shipped from elsewhere; OF order sent to the factory; PR
  part shipped, rest to follow; SS split shipment; SU substituted; UN unauthorized; ZZ mutually
  defined
package code: BAG bag; BAL bale; BBL barrel; BDL bundle; BIN bin; BOT bottle; BOX box; BSK basket;
  CAN can; CAS case; CNT container; COL coil; CRT crate; CTN carton; CYL cylinder; DRM drum; ENV
  envelope; JAR jar; KEG keg; KIT kit; LSE loose; MIX mixed; PAL pail; PCS pieces; PKG package;
  PLT pallet; PLF platform; RCK rack; REL reel; ROL roll; SAK sack; SKD skid; SPL spool; TBE tube;
  TOT tote; UNT unit
weight type: A consolidated weight; B billed weight; E estimated; G gross weight; N actual net
  weight; Z mutually defined
level type: A assembly; B subassembly; D product; F component; I item; J subcomponent; K kit; O
  order; P pack; Q subpack; S shipment; T tare (pallet); W transaction; X marks; Y unit
has levels below: 0 no; 1 yes
BSN/05: 0001 shipment, order, packaging, item; 0002 shipment, order, item, packaging; 0003
  shipment, packaging, order, item; 0004 shipment, order, item; ZZZZ mutually defined
structure: 0001 shipment, order, packaging, item; 0002 shipment, order, item, packaging; 0003
  shipment, packaging, order, item; 0004 shipment, order, item; ZZZZ mutually defined
mark type: AA SSCC-18; AI UCC/EAN-128; CA shipper's case number; CP carrier's package id; GM
  SSCC-18 with identifier; R originator's mark; S entire shipment; SI self; SM shipper's mark; UC
  container code (UPC); UP UPC; W pallet mark; ZZ mutually defined
format: F free form; S structured (industry code); X semi-structured
characteristic: 08 product; 09 sub-product; 12 type and characteristics; 35 colour; 68 warranty;
  73 vendor's colour; 74 vendor's size; 75 buyer's colour; 77 packaging material; 85 fibre
  content; 91 buyer's size; DM dimension; GEN general; MAC material; TRN trade name
tax type: CA city; CP county; CS city sales; CT county sales; EV environmental; FD federal; FT
  federal excise; GS goods and services (GST); LS state and local sales; LT local sales; OH other;
  SA state or provincial fuel; SP state or provincial; ST state sales; SU sales and use; TX all
  taxes; VA value added; ZZ mutually defined
exempt: 1 yes; 2 no; 3 exempt, for resale; 4 not exempt, for resale; 5 exempt, not for resale; 0
  exempt, for export; 7 direct pay
relation: A add; D delete; O information only; S subtract
amount type: 1 line total; 2 batch total; 3 deposit; 5 total invoice; D payor's amount paid; GV
  gross value; T tax; TP total payment; TT total transaction
RMR/03: PO payment on account; AJ adjustment; ER evaluated receipts settlement; PI pay item; PP
  partial payment
verdict: A accepted; E accepted with errors; M rejected, authentication failed; P accepted in
  part; R rejected; W rejected, assurance failed; X rejected, decryption failed
OTI/01: BA batch accept; BC batch accept with change; BP batch partial accept; BR batch reject; GA
  group accept; GC group accept with change; GP group partial accept; GR group reject; IA item
  accept; IC item accept with change; IE item accept with error; IP item partial accept; IR item
  reject; TA transaction accept; TC transaction accept with change; TE transaction accept with
  error; TP transaction partial accept; TR transaction reject
change: AI add item; AQ additional quantity; CA changes to line; CI change to the item; CP change
  to the parties; CT change of dates; DI delete item; MU unit price and quantity; NC no change; OA
  original, additional; OC original confirmed; PC price change; PQ unit price and quantity; PR
  price change; QD quantity decrease; QI quantity increase; RA replace but ship as is; RC reject;
  RE replacement item; RM replace; RQ reschedule, quantity; RS reschedule; RZ replace all values;
  TI transfer item
receiving condition: 01 damaged; 02 quantity short; 03 quantity over; 07 good condition; 08
  rejected; 09 on hold
quantity type: 01 discrete quantity; 02 cumulative quantity; 17 on hand; 33 available for sale; 38
  original; 39 shipped; 63 on order
certainty: A immediate; B pilot; C firm; D planning
time bucket: C daily; D discrete; F flexible; M monthly; Q quarterly; T ten days; W weekly; Z
  mutually defined
note type: ADD additional information; DEL delivery; GEN general; INT general order; INV invoice
  instruction; LIN line item; MFG manufacturing; ORI order instruction; PAY payment; PMT payment;
  SHP shipping; SPH special handling; TRA transport; ZZZ mutually defined
credit or debit: C credit; D debit
whose currency: BY buyer; SE seller; VN vendor; PR payer; PE payee; ST ship to; BT bill to
ACK/04: 017 estimated delivery; 067 current schedule delivery; 068 current schedule ship; 002
  delivery requested; 010 requested ship; 069 promised for delivery; 079 promised for shipment
weight unit: = unit
volume unit: = unit
carrier number type: = number type
G61/03: = PER/03
payer's bank type: 01 ABA routing number; 02 SWIFT; 03 CHIPS; 04 Canadian bank branch
payee's bank type: = payer's bank type
payer's account type: DA demand deposit; SG savings
payee's account type: = payer's account type
trace type: 1 this transaction; 2 another transaction
""")
