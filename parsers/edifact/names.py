"""What the segments, elements and components of EDIFACT are, in our own words.

Service segments by ISO 9735 version 3, the others by the directories D.96A to D.01B, whose
positions agree for what is read. The notation is that of `parsers.naming`.
"""

from parsers.naming import Names

NAMES = Names("""
UNA service characters: characters
UNB interchange start: syntax (syntax; version) | sender (sender; qualifier; route)
  | receiver (receiver; qualifier; route) | date and time (date; time)
  | interchange control number | password (password; qualifier) | application | priority
  | acknowledgment requested | agreement | test
UNZ interchange end: number of groups or messages | interchange control number
UNG group start: kind of messages | sender (sender; qualifier) | receiver (receiver; qualifier)
  | date and time (date; time) | group control number | agency
  | version (version; release; association) | password
UNE group end: number of messages | group control number
UNH message start: message control number
  | message (kind of message; version; release; agency; association; code lists; part)
  | common reference
  | part of a series (number; first or last)
UNT message end: number of segments | message control number
UNS section: section
UCI answer to an interchange: interchange control number | sender (sender; qualifier; route)
  | receiver (receiver; qualifier; route) | verdict | syntax fault | segment
  | place (element; component)
UCF answer to a group: group control number | sender (sender; qualifier)
  | receiver (receiver; qualifier) | verdict | syntax fault | segment | place (element; component)
UCM answer to a message: message control number
  | message (kind of message; version; release; agency; association) | verdict | syntax fault
  | segment | place (element; component)
UCS segment at fault: place in the message | syntax fault
UCD element at fault: syntax fault | place (element; component; repetition)
AJT adjustment: reason | line number
ALC allowance or charge: allowance or charge | number (number; reason) | settlement | sequence
  | special service (service; code list; agency; description; description)
ALI additional information: country of origin | duty regime | special condition
  | special condition | special condition | special condition | special condition
APR price range: class of trade | price multiplier (multiplier; type) | reason
AUT authentication: result | key
BGM document heading: document type (document type; code list; agency; name)
  | document number (document number; version; revision) | function | answer wanted
CAV characteristic value: value (code; code list; agency; value; value)
CCI characteristic: property | measurement | characteristic (code; code list; agency; description)
CDI condition of goods: qualifier | condition (code; code list; agency; description)
CNT control total: total (kind of total; value; unit)
COM telephone or address: address (telephone or address; kind)
CPS level of packing: level number | parent level | packaging level
CTA contact: role | person (code; name)
CUX currency: reference currency (whose currency; currency; purpose; base)
  | target currency (whose currency; currency; purpose; base) | exchange rate | exchange market
DGS dangerous goods: regulation | hazard (hazard; additional; version)
  | substance (UN number; flash point) | flash point (flash point; unit) | packing group
  | emergency | handling | card | placard | orange placard | hazard label | level | method
DLI document line: line type | line number
DLM delivery limits: back order | instruction (instruction; code list; agency; description)
  | service | substitution
DOC document: document type (document type; code list; agency; name)
  | document (number; status; source; language) | transmission | copies | originals
DTM date: date (date type; date; format)
EQA attached equipment: kind | equipment (number; code list; agency; country)
EQD equipment: kind | equipment (number; code list; agency; country)
  | size and type (code; code list; agency; description) | supplier | status | full or empty
ERC application fault: fault (fault; code list; agency)
FII financial institution: role | account (account number; holder; holder; currency)
  | institution (code; code list; agency; branch; code list; agency; name; place) | country
FTX free text: subject | function | text reference (code; code list; agency)
  | text (text; text; text; text; text) | language
GEI processing indicator: qualifier | indicator (indicator; code list; agency; description)
GIN goods identity: number type | [numbers (number; number up to)]
GIR related numbers: set | [number (number; number type; status)]
GIS processing indicator: indicator (indicator; code list; agency; type)
HAN handling: instruction (code; code list; agency; description)
  | hazard (hazard; code list; agency; description)
IMD description: format | characteristic (characteristic; code list; agency)
  | description (code; code list; agency; description; description; language) | surface
INP instruction: parties (party; party) | instruction (type; instruction; code list; agency;
  description) | status | action
LIN line: line number | action | item number (item number; item number type; code list; agency)
  | subline (level; line number) | configuration level | configuration
LOC place: place type | place (code; code list; agency; name)
  | related place (code; code list; agency; name)
  | second related place (code; code list; agency; name) | relation
MEA measurement: purpose | measurement (what was measured; significance; attribute; attribute)
  | value (unit; value; from; to; digits) | surface
MOA amount: amount (amount type; amount; currency; currency qualifier; status)
NAD party: role | number (number; code list; agency)
  | name and address (line; line; line; line; line) | name (name; name; name; name; name; format)
  | street (street; street; street; street) | town | state | postal code | country
PAC packages: number of packages | detail (level; information; terms)
  | package type (package code; code list; agency; description)
  | identification (format; type; number; type; number) | returnable (payment; load)
PAI payment instruction: instruction (conditions; guarantee; means; code list; agency; channel)
PAT payment terms: terms type | terms (terms; code list; agency; description; description)
  | time (reference; relation; period; number of periods)
PCD percentage: percentage (percentage type; percentage; base; code list; agency)
PCI marks: instruction | marks (mark; mark; mark; mark; mark; mark; mark; mark; mark; mark)
  | content | mark type (mark type; code list; agency)
PIA further item numbers: purpose | [item number (item number; item number type; code list; agency)]
PRI price: price (price type; price; kind of price; specification; per quantity; unit) | subline
PYT payment terms: terms type | terms (terms; code list; agency; description; description) | event
  | relation | period | number of periods
QTY quantity: quantity (quantity type; quantity; unit)
QVR difference: difference (difference; quantity type) | status
  | reason (reason; code list; agency; description)
RCS requirement: sector | requirement (requirement; code list; agency; description) | action
  | country
RFF reference: reference (reference type; reference; line number; version; revision)
RNG range: range type | range (unit; from; to)
RTE rate: rate (rate type; rate; basis; unit)
SCC schedule: plan | requirement | pattern (frequency; despatch pattern; timing)
SEL seal: seal number | issuer (issuer; code list; agency; name) | condition
SGP place in equipment: equipment (number; code list; agency; country) | packages
STS status: kind (kind; code list; agency) | status (status; code list; agency; description)
  | [reason (reason; code list; agency; description)]
TAX tax: function | tax type (type; code list; agency; name) | account (account; code list; agency)
  | base | detail (rate type; code list; agency; percent; code list; agency) | category
  | tax number
TDT transport: stage | conveyance number | mode (mode; name) | means (means; name)
  | carrier (code; code list; agency; name) | direction | excess (reason; responsibility; number)
  | vehicle (number; code list; agency; name; nationality) | ownership
TOD delivery terms: function | who pays | terms (terms; code list; agency; description; description)
TSR transport service: contract (contract; code list; agency) | service (service; code list; agency)
  | priority (priority; code list; agency) | nature of cargo (cargo; code list; agency)
""")
