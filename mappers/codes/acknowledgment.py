"""What the codes of acknowledgments say, in our own words.

X12 004010 elements 715, 716, 717, 718, 720, 723 and 618 of 997, 999 and TA1; EDIFACT element 0085.
"""

SEGMENT_FAULTS = {
    "1": "the segment is not known",
    "2": "the segment is not expected here",
    "3": "a mandatory segment is missing",
    "4": "the loop repeats too often",
    "5": "the segment repeats too often",
    "6": "the segment does not belong in this transaction set",
    "7": "the segment stands in the wrong place",
    "8": "the segment has faulty elements",
}
"""AK304 and IK304."""

ELEMENT_FAULTS = {
    "1": "a mandatory element is missing",
    "2": "an element is missing that another one requires",
    "3": "there are too many elements",
    "4": "the element is too short",
    "5": "the element is too long",
    "6": "the element has characters that it may not have",
    "7": "the code is not allowed",
    "8": "the date is not valid",
    "9": "the time is not valid",
    "10": "elements exclude each other",
    "12": "the element repeats too often",
    "13": "there are too many components",
}
"""AK403 and IK403."""

SET_FAULTS = {
    "1": "the transaction set is not supported",
    "2": "the trailer of the transaction set is missing",
    "3": "the control numbers of header and trailer differ",
    "4": "the number of segments is not what the trailer says",
    "5": "segments are faulty",
    "6": "the identifier of the transaction set is missing or invalid",
    "7": "the control number of the transaction set is missing or invalid",
    "23": "the control number of the transaction set is not unique in its group",
}
"""AK502 and IK502."""

GROUP_FAULTS = {
    "1": "the functional group is not supported",
    "2": "the version is not supported",
    "3": "the trailer of the group is missing",
    "4": "the control numbers of header and trailer differ",
    "5": "the number of transaction sets is not what the trailer says",
    "6": "the control number of the group is invalid",
}
"""AK905."""

INTERCHANGE_FAULTS = {
    "001": "the control numbers of header and trailer differ",
    "002": "the standard is not supported",
    "003": "the version of the controls is not supported",
    "004": "the segment terminator is invalid",
    "005": "the qualifier of the sender is invalid",
    "006": "the identifier of the sender is invalid",
    "007": "the qualifier of the receiver is invalid",
    "008": "the identifier of the receiver is invalid",
    "009": "the receiver is not known",
    "010": "the qualifier of the authorization is invalid",
    "011": "the authorization is invalid",
    "012": "the qualifier of the security information is invalid",
    "013": "the security information is invalid",
    "014": "the date of the interchange is invalid",
    "015": "the time of the interchange is invalid",
    "016": "the standards identifier is invalid",
    "017": "the version of the interchange is invalid",
    "018": "the control number of the interchange is invalid",
    "019": "the request for an acknowledgment is invalid",
    "020": "the test indicator is invalid",
    "021": "the number of groups is not what the trailer says",
    "022": "the control structure is invalid",
    "023": "the file ends before the interchange does",
    "024": "the content of the interchange is invalid",
    "025": "the interchange control number was used before",
    "026": "the element separator is invalid",
    "027": "the component separator is invalid",
}
"""TA105, other than 000."""

APPLICATION_FAULTS = {
    "006": "the document is a duplicate",
    "007": "data is missing",
    "008": "a value is out of range",
    "009": "the date is not valid",
    "010": "the totals do not add up",
    "011": "a value does not match",
    "012": "values do not go together",
    "024": "another reason",
}
"""TED01 (X12 element 647)."""

SYNTAX_FAULTS = {
    "2": "the syntax version or level is not supported",
    "7": "the interchange is not for its receiver",
    "12": "the value is not valid",
    "13": "something mandatory is missing",
    "14": "the value is not supported here",
    "15": "this is not supported here",
    "16": "there are too many elements or components",
    "17": "there is no agreement on this",
    "18": "there is an error that is not specified",
    "19": "the decimal mark is not the agreed one",
    "20": "the character may not be a service character",
    "21": "there are characters that may not stand here",
    "22": "the service characters are not valid",
    "23": "the sender of the interchange is not known",
    "24": "it is too old",
    "25": "tests are not supported",
    "26": "the reference was used before",
    "28": "the references of header and trailer differ",
    "29": "the number is not what the trailer says",
    "30": "groups and messages are mixed",
    "31": "the group holds messages of several types",
    "32": "there is nothing below",
    "33": "it stands outside of a message or group",
    "35": "the segment or element repeats too often",
    "36": "the segment group repeats too often",
    "37": "the element has characters of another type",
    "38": "a digit is missing in front of the decimal mark",
    "39": "the element is too long",
    "40": "the element is too short",
}
"""EDIFACT element 0085 of UCI, UCF, UCM, UCS and UCD."""
