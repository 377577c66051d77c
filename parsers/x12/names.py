"""What the segments and elements of X12 are, in our own words.

Positions by 004010, with what later versions add at the end of a segment; industry segments (G01 to
G89) by the UCS sets. The notation is that of `parsers.naming`.
"""

from parsers.naming import Names

NAMES = Names("""
ISA interchange start: authorization qualifier | authorization | security qualifier | password
  | sender's qualifier | sender | receiver's qualifier | receiver | date | time | repetition
  separator or standard | interchange version | interchange control number | acknowledgment
  requested | test or production | component separator
IEA interchange end: number of groups | interchange control number
GS group start: kind of documents | sender's code | receiver's code | date | time | group control
  number | standards body | version and industry
GE group end: number of documents | group control number
ST document start: kind of document | document control number | implementation guide
SE document end: number of segments | document control number
TA1 answer to an interchange: interchange control number | interchange date | interchange time
  | verdict | reason
TA3 receipt of an interchange: service | status | reason
ACK answer to a line: answer | quantity | unit | date type | date | request reference | item
  number type | item number | item number type | item number | item number type | item number
  | item number type | item number | item number type | item number | item number type | item number
  | item number type | item number | item number type | item number | item number type | item
  number | item number type | item number | agency | source | industry code
ADV advertising: agency | service | amount from | amount to | quantity | unit | quantity
ADX adjustment of a payment: amount | reason | reference type | reference
AK1 group answered: kind of documents | group control number | version and industry
AK2 document answered: kind of document | document control number | implementation guide
AK3 segment at fault: segment | place in the document | loop | fault
AK4 element at fault: place (element; component; repetition) | element number | fault | bad value
AK5 verdict on a document: verdict | fault | fault | fault | fault | fault
AK9 verdict on a group: verdict | documents announced | documents received | documents accepted
  | fault | fault | fault | fault | fault
AMT amount: amount type | amount | credit or debit
ATH resource authorization: authorization | date | quantity | cumulative quantity | since
BAK order answer heading: purpose | answer type | purchase order number | order date | release
  number | request reference | contract number | supplier's order number | answer date | type of
  the order
BAL balance: kind of balance | amount type | amount
BCA change answer heading: purpose | answer type | purchase order number | release number | change
  number | order date | request reference | contract number | supplier's order number | answer
  date | change date | date of the supplier's order
BCH order change heading: purpose | order type | purchase order number | release number | change
  number | order date | request reference | contract number | supplier's order number
  | acknowledgment date | change date | date of the supplier's order | contract number | supplier's
  number | shipment order type | transaction type
BCT catalogue heading: catalogue purpose | catalogue number | catalogue version | catalogue
  revision
BEG order heading: purpose | order type | purchase order number | release number | order date
  | contract number | acknowledgment type | invoice type | contract type | order category | security
  level | transaction type
BFR forecast heading: purpose | forecast number | release number | schedule type | quantity
  meaning | horizon start | horizon end | issue date | update date | contract number | purchase
  order number | planning schedule
BGN document heading: purpose | document number | date | time | time zone | earlier document
  | kind of document | action | security level
BHT structured heading: structure | purpose | reference | date | time | kind of document
BIA inventory heading: purpose | report type | report number | date | time | action
BIG invoice heading: invoice date | invoice number | order date | purchase order number | release
  number | change number | invoice type | purpose | action | second invoice number | structure
BMG message heading: purpose | description | kind of message | date | time
BPR payment order: handling | amount | credit or debit | payment method | payment format | payer's
  bank type | payer's bank | payer's account type | payer's account | payer's company id | payer's
  supplementary code | payee's bank type | payee's bank | payee's account type | payee's account
  | payment date | business function | returning bank type | returning bank | returned account type
  | returned account
BRA receipt heading: receipt number | date | purpose | receipt type | time | receiving conditions
  | action
BSN ship notice heading: purpose | shipment number | date | time | structure | kind of notice
  | status reason
BSR order status heading: status report | order or item | report number | date | product date type
  | location code
CAD carrier: transport mode | equipment initial | equipment number | carrier code (SCAC) | routing
  | delivered or not | reference type | reference | service level
CB1 contract basis: reference type | cost element | contract | amount | amount | currency
  | currency | percent | factor | factor
CLD load detail: number of loads | units shipped | package code | size | unit
CN1 contract: contract type | amount | percent | reference | discount percent | version
CRC conditions: category | applies | condition | condition | condition | condition | condition
CS contract summary: contract number | change number | release number | reference type | reference
  | purchase order number
CSH sales requirement: sales condition | action | amount | account | date | agency | special
  service | substitution | percent | quantity type | quantity
CTB restriction: restriction | description | quantity type | quantity | amount type | amount
CTP price: class of trade | price type | unit price | quantity | unit (unit; exponent; multiplier)
  | multiplier type | multiplier | amount | basis of the price | condition | price multiplier
CTT totals of the document: number of lines | hash total | weight | weight unit | volume | volume
  unit | description
CTX context of a fault: context | segment | place in the document | loop | place in the segment
  | reference
CUR currency: whose currency | currency | exchange rate | whose currency | second currency
  | exchange market | [date type | date | time]
DD demand detail: code | code list | reference type | reference | code | code list | quantity
DED deduction: deduction type | reference | date | amount | deduction number | name | deduction
  group | reference | employment status
DIS discount: discount base | discount type | discount | discount control | discount limit
DMG personal details: date format | date of birth | sex | marital status | race | citizenship
  | country | basis | quantity
DTM date: date type | date | time | time zone | date format | period
EFI electronic format: security | message | security technique | version | program | version
  | interchange format | version | compression | drawing sheet | file name | block type | record
  length | block length | version
ENT entity: number | role | number type | identifier | role | number type | identifier | reference
  type | reference
ETD excess transport: reason | responsibility | reference type | authorization number
FA1 accounting: agency | allowance or charge code | allowance or charge
FA2 accounting data: kind of code | code
FGS grouping: number | reference type | reference
FOB freight terms: who pays freight | place type | place | transport terms standard | transport
  terms | type of the place of title | place of title | risk of loss | description
FST forecast: quantity | certainty | time bucket | date | end date | date type | time | reference
  type | reference | planning schedule
G01 invoice heading: invoice date | invoice number | order date | purchase order number
  | supplier's order number
G05 totals of the shipment: units shipped | unit | weight | unit | volume | unit | packages | unit
G17 invoice line: quantity invoiced | unit | item price | UPC case code | item number type | item
  number | item number type | item number | price bracket | units shipped | unit | price list
  | price list issue | amount
G19 differences of a line: units shipped | unit | quantity difference | shipment status | price
  reason | terms exception | UPC case code | item number type | item number
G20 packing: packs per case | pack size | unit | weight | unit | volume | unit | colour | inner
  packs
G21 line detail
G22 price marked on the goods: pre-pricing | retail price | pieces for the price | text | date
G23 payment terms: terms type | terms basis | terms start date | due date type | discount percent
  | discount due date | discount days | net due date | net days | discount amount | discounted
  amount | amount subject to discount | instalment amount | percent of the invoice | terms in
  words | instalment group
G25 freight terms: who pays freight | FOB point code | FOB point
G27 carrier: transport mode | equipment initial | equipment number | carrier code (SCAC) | routing
  | shipment status
G31 totals of the invoice: number of units | unit | weight | weight unit
G33 total of the invoice: total amount
G35 advertising: promotion condition | coupon type | amount
G50 order heading: order status | order date | purchase order number | exempt | master link number
  | link sequence | order type
G53 maintenance: purpose
G61 contact: role | name | number type | telephone or address | reference
G62 date: date type | date | time type | time | time zone
G66 carrier instructions: who pays freight | transport mode | routing
G68 order line: quantity ordered | unit | item price | UPC case code | item number type | item
  number | item number type | item number | price bracket | price for the quantity | unit | price
  list | price list issue | pieces marked | retail price
G69 line description: description
G70 line detail: packs per case | pack size | unit | instruction | price reason | terms exception
  | exempt | colour | pallet pattern | inner packs
G72 allowance or charge: code | method of handling | number | exception | rate | quantity | unit
  | amount | percent | basis | option number | text
G73 description of an allowance: description
G76 totals of the order: quantity ordered | unit | weight | unit | volume | unit | order size
  | amount | price bracket | payment method
G82 delivery heading: credit or debit | supplier's delivery number | receiver's DUNS | receiver's
  location | supplier's DUNS | supplier's location | delivery date | ownership date | purchase
  order number | order date | who pays freight | payment on delivery
G83 delivered line: line number | quantity | unit | UPC number | item number type | item number
  | UPC case code | item price | packs per case | description | item number type
  | item number | inner packs
G84 totals of the delivery: quantity | amount
G85 integrity check: signature value
G86 signature: signature
G87 adjustment heading: initiator | credit or debit | supplier's delivery number | integrity check
  | adjustment number | receiver's delivery number
G88 adjusted heading: delivery date | ownership date | purchase order number | order date
  | receiver's location
G89 adjusted line: line number | quantity | unit | UPC number | item number type | item number
  | UPC case code | item price | packs per case | inner packs
GF furnished goods: reference type | reference | contract | amount | reference type | reference
  | release number | reference type | reference
HL level: level number | parent level | level type | has levels below
IK3 segment at fault: segment | place in the document | loop | fault
IK4 element at fault: place (element; component; repetition) | element number | fault | bad value
IK5 verdict on a document: verdict | fault | fault | fault | fault | fault
INC installments: terms type | unit (unit; exponent; multiplier) | quantity | quantity | amount
ISR status of an item: status | date | reason
ISS shipment totals: units shipped | unit | weight | weight unit | volume | volume unit | weight
  | weight
IT1 invoice line: line number | quantity invoiced | unit | unit price | basis of the price | [item
  number type | item number]
IT3 invoice line detail: units shipped | unit | shipment status | quantity difference | change
  reason
IT8 conditions of a sale: sales condition | action | amount | account | date | agency | special
  service | substitution | percent | quantity | item number type | item number
ITA allowance or charge: allowance or charge | agency | special service | service | method of
  handling | number | rate | amount | percent base | percent | quantity | unit | quantity
  | description
ITD payment terms: terms type | terms basis | discount percent | discount due date | discount days
  | net due date | net days | discount amount | deferred due date | deferred amount | percent of
  the invoice | terms in words | day of the month | payment method | percent
JIT delivery by time: quantity | time
L7 tariff: line number | tariff agency | tariff | item | tariff section | column | class | date
  | rate basis | tariff section | adjustment | distance | percent | percent | rate
LDT lead time: lead time type | quantity | time unit | date
LE end of a repeated group: group
LIN item: line number | item number type | item number | [item number type | item number]
LM code list: agency | source
LQ code: code list | code
LS start of a repeated group: group
LX line number: number
MAN marks of a package: mark type | mark | mark up to | mark type | mark | mark up to
MEA measurement: measured by | what was measured | value | unit (unit; exponent; multiplier)
  | from | to | significance | attribute | surface | position
MIT subject: reference | subject | page width | page length
MSG message: text | printing instruction | number
MTX text: text type | text | second text | printing instruction | number | language
N1 party: role | name | number type | number | relationship | role
N2 more of the name: name | name
N3 street: street | street
N4 town: town | state | postal code | country | place type | place | country subdivision | postal
  code
N9 reference: reference type | reference | description | date | time | time zone | further
  reference (reference type; reference; reference type; reference; reference type; reference)
NM1 name: role | person or organization | name | first name | middle name | prefix | suffix
  | number type | number | relationship | role
NTE note: note type | note
NX2 part of a place: kind of part | value | county
OTI document answered: verdict | reference type | reference | application sender | application
  receiver | date | time | group control number | document control number | kind of document
  | version and industry | purpose | transaction type | action | action | status reason | kind of
  document
PAL pallet: pallet type | tiers | blocks per tier | pack | empty weight | unit | length | width
  | height | unit | gross weight | unit | gross volume | unit | exchange | inner packs | structure
PAM period amount: quantity type | quantity | unit (unit; exponent; multiplier) | amount type
  | amount | period type | date type | date | time | date type | date | time | percent base
  | percent | condition
PCT percentage: type | percent
PER contact: role | name | number type | telephone or address | number type | telephone or address
  | number type | telephone or address | request reference
PID description: format | characteristic | agency | code | description | surface | subcode
  | applies | language
PKG packing: format | characteristic | agency | code | description | unit load
PKL packing level: item number type | item number | unit | quantity
PO1 order line: line number | quantity ordered | unit | unit price | basis of the price | [item
  number type | item number]
PO3 line detail: change reason | date | price type | unit price | basis of the price | quantity
  | unit | description
PO4 pack: packs per case | pack size | unit | package code | weight type | gross weight | weight
  unit | gross volume | volume unit | length | width | height | unit | inner packs | surface
  | assigned number | assigned number | number
POC changed order line: line number | change | quantity ordered | quantity left to receive | unit
  (unit; exponent; multiplier) | unit price | basis of the price | [item number type | item
  number]
PRF order referred to: purchase order number | release number | change number | order date | line
  number | contract number | order type
PRS release status of a part: status | description
PWK paperwork: kind of report | transmission | copies | role | number type | number | description
  | action | request category
QTY quantity: quantity type | quantity | unit (unit; exponent; multiplier) | description
R4 port: function | place type | place | place name | country | terminal | pier | state
RCD received line: line number | quantity received | unit (unit; exponent; multiplier) | quantity
  returned | unit (unit; exponent; multiplier) | quantity in question | unit (unit; exponent;
  multiplier) | receiving condition | quantity in question | unit (unit; exponent; multiplier)
  | receiving condition | quantity in question | unit (unit; exponent; multiplier) | receiving
  condition | quantity in question | unit (unit; exponent; multiplier) | receiving condition
  | quantity in question | unit (unit; exponent; multiplier) | receiving condition
RDM remittance delivery: transmission | name | number | reference (reference type; reference)
  | reference (reference type; reference)
RED related data: description | kind of data | agency | source | code list | code
REF reference: reference type | reference | description | further reference (reference type;
  reference; reference type; reference; reference type; reference)
RMR open item paid: reference type | reference | payment action | amount paid | invoice amount
  | discount taken | adjustment reason | adjustment amount
RPA rate: rate type | rate | unit | amount
RYL royalty: production | amount | date
SAC allowance or charge: allowance or charge | code | agency | agency's code | amount | percent
  base | percent | rate | unit | quantity | quantity | method of handling | reference | option
  number | description | language
SCH delivery schedule: quantity | unit | role | name | date type | date | time | date type | date
  | time | request reference | line number
SDP ship pattern: day pattern | time pattern | [day pattern | time pattern]
SDQ quantities by store: unit | number type | [store | quantity]
SHP shipped or received: quantity type | quantity | date type | date | time | date | time
SI service characteristics: agency | [characteristic | value]
SLD load: number of loads | units shipped | package code
SLN subline: line number | parent line number | relationship | quantity | unit (unit; exponent;
  multiplier) | unit price | basis of the price | relationship | [item number type | item number]
SN1 quantity shipped: line number | quantity shipped | unit | quantity shipped to date | quantity
  ordered | unit | returnable container | line status
SPI specification: security level | reference type | reference | title | purpose | status
  | version | purpose | agency | kind | proposal
SR service: day pattern | time pattern | days | date | time
TAX tax reference: tax id | tax place type | tax place | tax place type | tax place | tax place
  type | tax place | tax place type | tax place | tax place type | tax place | exempt | action
TC2 commodity: code list | commodity
TD1 packing: package code | number of packages | commodity list | commodity | description | weight
  type | weight | weight unit | volume | volume unit
TD3 equipment: equipment type | equipment initial | equipment number | weight type | weight
  | weight unit | ownership | seal status | seal number | equipment kind
TD4 special handling: special handling | hazard list | hazard class | description | applies
TD5 carrier: routing sequence | carrier number type | carrier | transport mode | routing
  | shipment status | place type | place | transit direction | transit time type | transit time
  | service level | service level | service level | country
TDS total of the invoice: total amount | amount subject to discount | discounted amount | discount
TED fault in a document: fault | fault in words | segment | place in the document | place in the
  segment | element number | bad value | good value
TOD time of delivery: description | quantity
TRN trace number: trace type | trace number | originator | reference
TSD trailer shipment: line number | position
TXI tax: tax type | amount | percent | tax place type | tax place | exempt | relation | taxable
  amount | tax id | line number
TXP tax payment: tax id | tax type | period end | [amount type | amount]
UIT unit: unit (unit; exponent; multiplier) | unit price | basis of the price
V1 vessel: vessel code | vessel | country | voyage | carrier | requirement | vessel type | code
  list | transport mode
VEH vehicle: number | vehicle number | century | year | agency | code | length | reference
  | description | state | place | applies | amount | applies | amount | action
XPO preassigned orders: first purchase order number | last purchase order number | number type
  | number
YNQ yes or no: question | answer | date format | period | text | amount | code list | code | code
  | place
""")
