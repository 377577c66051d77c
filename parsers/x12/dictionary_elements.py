"""Data elements of the segments that we read: number, type, length, and what each is in our words.

A row is `number type shortest-longest words`; a longer limit from a later version on stands behind
the first (`1-30,50@5010` is at most 30, from version 005010 on at most 50). Versions before 004010
had shorter limits, which are not held against anybody. Codes are listed only where the product acts
on them and the list is closed. X12 data element dictionary, 003040 to 008010.
"""

ELEMENTS = """
I08 DT 6-6 interchange date
I09 TM 4-4 interchange time
I12 N0 9-9 interchange control number
I17 ID 1-1 interchange acknowledgment code
I18 ID 3-3 interchange note code
2 N0 1-6 accepted sets
3 AN 1-60 message
19 AN 2-30 city
20 AN 1-17 equipment
22 AN 1-30 commodity code
23 ID 1-1 commodity code qualifier
24 ID 1-2 ownership code
26 ID 2-3 country
28 N0 1-9 group control number
40 ID 2-2 equipment code
54 ID 2-2 risk of loss
61 AN 1-30 free text
65 R 1-8 height
66 ID 1-2 qualifier of the identification
67 AN 1-80 identification
76 AN 1-22 invoice number
79 AN 1-50 lading description
80 N0 1-7 lading quantity
81 R 1-10 weight
82 R 1-8 length
87 AN 1-48 mark
88 ID 1-2 qualifier of the mark
91 ID 1-2 transport mode
92 ID 2-2 order type
93 AN 1-60 name
96 N0 1-10 number of segments
97 N0 1-6 number of sets
98 ID 2-3 role of the party
100 ID 3-3 currency
102 ID 1-2 ownership
103 AN 3-5,7@5040 packaging
107 ID 1-2 payment method
110 ID 1-2 application acknowledgment code
112 N0 1-9 quantity
115 ID 1-1 port function
116 ID 3-15 postal code
118 R 1-9 rate
123 N0 1-6 number of received sets
124 AN 2-15 receiver
127 AN 1-30,50@5010,80@6020 reference
128 ID 2-3 qualifier of the reference
133 ID 1-2 routing sequence
140 ID 2-4 carrier code
142 AN 2-15 sender
143 ID 3-3 transaction set
146 ID 2-2 who pays the freight
152 ID 2-3 special handling
156 ID 2-2 state or province
166 AN 1-55 address
176 ID 1-2 qualifier of the time
183 R 1-8 volume
187 ID 1-2 qualifier of the weight
189 R 1-8 width
204 N0 1-4 line sequence
206 AN 1-4 equipment initial
207 AN 1-10,15@5020 equipment number
208 ID 1-1 hazard code qualifier
209 AN 1-10 hazard class
212 R 1-17 unit price
214 N0 1-9 number
219 AN 1-9 position
225 AN 2-15 seal
234 AN 1-48,80@5020 product number
235 ID 2-2 qualifier of the product number
236 ID 3-3 kind of price
237 R 1-9 list cost
248 ID 1-1 allowance or charge
280 R 4-10 exchange rate
284 ID 2-2 service level
289 N0 1-2 price multiple
305 ID 1-2 transaction handling
306 ID 1-2 action
309 ID 1-2 qualifier of the location
310 AN 1-30 location
323 DT 8-8 order date
324 AN 1-22 order number
325 AN 1-20 tax number
326 AN 1-45 request reference
327 AN 1-8 change sequence
328 AN 1-30 release
329 AN 4-9 set control number
330 R 1-15 quantity ordered
331 ID 2-2 how the allowance or charge is settled
332 R 1-6 percent
333 ID 1-2 basis of the terms
334 ID 2-2 kind of transportation terms
335 ID 3-3 transportation terms
336 ID 2-2 type of terms
337 TM 4-8 time
338 R 1-6 discount percent
339 R 1-10 quantity of the allowance or charge
340 ID 1-3 kind of allowance or charge
341 AN 1-16 number of the allowance or charge
342 R 1-5 percent of the invoice
344 ID 2-2 unit of time
345 ID 2-2 lead time
347 R 1-10 hash total
349 ID 1-1 form of the description
350 AN 1-20 line number
351 N0 1-3 discount days
352 AN 1-80,256@6040 text
353 ID 2-2 purpose
354 N0 1-6 number of lines
355 ID 2-2 unit of measure
356 N0 1-6 pack
357 R 1-8 size
358 R 1-15 quantity invoiced
359 R 1-15 rate of the allowance or charge
360 N2 1-15 amount of the allowance or charge
362 N2 1-10 discount amount
363 ID 3-3 purpose of the note
364 AN 1-80,256@4020,2048@6010 contact number
365 ID 2-2 kind of the contact number
366 ID 2-2 function of the contact
367 AN 1-30 contract number
368 ID 2-2 status of the shipment or order
369 AN 1-45 free text
370 DT 8-8 discount due date
371 ID 2-2 reason of the change
373 DT 8-8 date
374 ID 3-3 qualifier of the date
378 ID 1-1 basis of the percentage
380 R 1-15 quantity
382 R 1-15 units shipped
383 R 1-15 difference of units
384 R 1-9 gross weight of a pack
385 R 1-9 gross volume of a pack
386 N0 1-3 net days
387 AN 1-35,78@6020 carrier or routing
388 DT 8-8 deferred due date
389 N2 1-10 deferred amount
396 AN 2-30 shipment number
400 ID 1-2 unit load option
407 ID 2-2 seal status
412 ID 2-2 condition
417 AN 1-3 price bracket
426 ID 2-2 reason of the adjustment
432 ID 2-2 qualifier of the date
434 ID 2-2 promotion status
438 AN 12-12 case code
439 AN 1-16 price list
440 AN 1-16 issue of the price list
441 ID 1-1 tax exempt code
443 AN 1-20 contact reference
446 DT 8-8 net due date
447 AN 1-6 loop identifier
455 ID 1-2 agency
472 N0 6-6 link sequence
473 ID 1-1 order status
474 AN 1-22 master reference
478 ID 1-1 credit or debit
479 ID 2-2 functional identifier
480 AN 1-12 version
481 ID 1-2 kind of trace
482 ID 2-2 payment action
499 AN 1-10 condition value
506 ID 2-2 kind of bank number
507 AN 3-12 bank number
508 AN 1-35 account number
509 AN 10-10 originating company
510 AN 9-9 originating company supplement
522 ID 1-3 kind of amount
554 N0 1-6 assigned number
559 ID 2-2 agency
560 ID 2-10 special service
563 ID 1-2 sales requirement
566 ID 1-2 substitution
569 ID 1-3 kind of account
587 ID 2-2 kind of answer
591 ID 3-3 payment method
610 N2 1-15,18@6020 amount
618 ID 1-3 set syntax error
620 ID 1-3 segment syntax error
621 ID 1-3 element syntax error
622 N0 1-5 number of loads
623 ID 2-2 time zone
624 N0 2-2 century
625 ID 1-1 payment on delivery
628 AN 1-12 level number
639 ID 2-2 basis of the price
640 ID 2-2 type of transaction
641 ID 3-3 status reason
646 R 1-15 quantity shipped to date
647 ID 1-3 application error
648 ID 3-3 kind of multiplier
649 R 1-10 multiplier
653 ID 3-3 discount terms
654 ID 2-2 discount base
655 R 1-10 discount base value
656 ID 2-2 discount control
657 R 1-10 discount control limit
662 ID 1-1 relationship
663 R 1-15 units received
664 R 1-15 units returned
667 R 1-15 units in question
668 ID 2-2 answer to the line
669 ID 3-3 currency market
670 ID 2-2 kind of change
671 R 1-15 quantity left to receive
672 ID 2-2 resource authorization
673 ID 2-2 kind of quantity
675 ID 2-2 type of schedule
676 ID 1-1 kind of schedule quantities
678 ID 1-2 shipping pattern
679 ID 1-1 shipping time
680 ID 1-1 kind of forecast
681 ID 1-1 forecast timing
683 ID 2-2 catalog purpose
687 ID 2-2 class of trade
688 ID 2-2 restriction
706 ID 2-2 relationship of the party
715 ID 1-1 group acknowledgment code
716 ID 1-3 group syntax error
717 ID 1-1 set acknowledgment code
718 ID 1-3 set syntax error
719 N0 1-10 segment position
720 ID 1-3 segment syntax error
721 ID 2-3 segment
722 N0 1-2 element position
723 ID 1-3 element syntax error
724 AN 1-99 copy of the faulty data
725 N0 1-4 element number
728 N0 1-10 number of containers
731 ID 2-2 direction of transit
732 ID 2-2 transit time
733 R 1-4 transit days
735 ID 1-2 kind of level
736 ID 1-1 whether levels follow
737 ID 2-2 kind of measurement
738 ID 1-3 dimension
739 R 1-20 measured value
740 R 1-20 least value
741 R 1-20 greatest value
750 ID 2-3 characteristic
751 AN 1-12 description code
752 ID 2-2 surface or position
753 ID 1-3 packaging characteristic
754 AN 1-7 packaging description code
755 ID 2-2 type of report
756 ID 1-2 transmission of the report
757 N0 1-2 copies
765 N0 1-2 day of the month
766 AN 12-12 consumer package code
769 AN 1-16 exception number
770 AN 1-20 option number
782 R 1-18 amount
783 ID 2-2 planning schedule
786 ID 2-2 security level
790 AN 1-32 entity title
791 AN 1-32 entity purpose
792 AN 1-3 entity status
799 AN 1-30 version
810 N0 1-6 inner pack
812 ID 1-10 payment format
819 ID 2-3 language
822 AN 1-15 source
828 R 1-9,18@5040 taxable amount
847 ID 2-2 order or item
850 ID 1-2 kind of status report
860 ID 9-9 D-U-N-S number
861 AN 1-22 delivery or return number
862 AN 1-13 receiver's location
871 AN 1-13 supplier's location
872 DT 8-8 day of delivery or return
873 DT 8-8 day of the transfer
878 AN 1-20 description at the till
933 AN 1-264 message text
934 ID 2-2 printer control
935 ID 2-2 significance
936 ID 2-2 measured attribute
951 ID 1-2 balance type
954 R 1-10 percentage as a decimal
955 ID 2-2 jurisdiction code qualifier
956 AN 1-10 jurisdiction
961 AN 1-99 new content
962 ID 1-1 kind of receiving advice
963 ID 2-2 kind of tax
1000 AN 1-2 characteristic qualifier
1004 ID 1-2 kind of percentage
1005 ID 4-4 order of the levels
1018 R 1-15 exponent
1019 ID 2-2 type of invoice
1028 AN 1-38 financial information
1035 AN 1-60 last name
1036 AN 1-35 first name
1037 AN 1-25 middle name
1038 AN 1-10 name prefix
1039 AN 1-10 name suffix
1048 ID 1-3 business function
1065 ID 1-1 kind of entity
1066 ID 1-1 citizenship
1067 ID 1-1 marital status
1068 ID 1-1 gender
1073 ID 1-1 yes or no
1096 AN 1-20 county
1106 ID 2-2 address component
1136 ID 2-2 code category
1166 ID 2-2 contract type
1179 AN 1-45 tax district
1195 ID 2-2 breakdown of the accounting
1232 ID 2-2 purchase category
1250 ID 2-3 format of the period
1251 AN 1-35 period
1270 ID 1-3 code list
1271 AN 1-30 industry code
1300 ID 4-4 service, promotion, allowance or charge
1301 AN 1-10 agency service code
1321 ID 2-3 condition
1373 ID 2-4 measurement method
1470 N0 1-9 number
1525 ID 1-2 request category
1528 N0 1-2 component position
1551 AN 1-4096 text
1609 ID 1-2 audit code
1686 N0 1-4 repetition
1705 AN 1-35 implementation convention
1715 ID 1-3 subdivision of the country
"""

CODES = {
    "248": "A C N P Q R S",
    "349": "F S X",
    "478": "C D",
    "715": "A E M P R W X",
    "717": "A E M R W X",
    "736": "0 1",
}
"""Closed lists of codes on which the product acts, by element number."""
