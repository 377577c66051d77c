"""Which elements a standard has, so that what a sender adds of its own is kept and shown.

cXML 1.2.069 by the names of its elements; UBL and CII by their namespaces, in which nobody else may
define anything.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from parsers.xml.paths import LOCAL

_STANDARD = re.compile(
    r"\{(?:urn:oasis:names:specification:ubl:schema:xsd:|urn:un:unece:uncefact:"
    r"|urn:ferd:|http://www\.w3\.org/)[^}]*\}"
)
_PART_BYTES = 1 << 20
_TAG = re.compile(rb"<([A-Za-z_][\w.:-]*)")

_CXML = frozenset(
    """
ASNInstruction AcceptanceItem AcceptanceItemDetail AcceptanceScheduleDetail AccountCurrency
Accounting AccountingSegment AdditionalAmounts AdditionalCost AdditionalDeduction AdditionalPrices
AdditionalQNInfo Address AdjustmentAmount AerospaceAndDefense AgreementItemOut AirDetail AirLeg
AirLegDestination AirLegOrigin Airport AllowedValues Alternative Amenities AnnualRevenue
ApprovalInfo ApprovalItem ApprovalRequest ApprovalRequestHeader AreaOrCityCode AssetInfo
Attachment AttachmentReference AttributeDomain AuthRequest AuthResponse AuthorizationLabels
AuthorizationProfile AuthorizationProfiles AutoPublish AvailablePrice Batch BatchInfo
BestBeforeDate BillTo BlanketItemDetail BlockedQuantity BookingClassCode BrowserFormPost
BusinessPartner BuyerBatchID BuyerCookie BuyerPartID CIFContent CarRentalDetail CarRentalDropoff
CarRentalFee CarRentalPickup CarrierIdentifier CatalogInfo CatalogName CatalogUploadItem
CatalogUploadRequest CertificateInfo Changetime Characteristic Charge City Classification Comments
Commodities Commodity CommodityCode ComparatorInfo ComplainQuantity ComponentConsumptionDetails
ComponentConsumptionHeader ComponentConsumptionItem ComponentConsumptionPortion
ComponentConsumptionRequest ComponentID ConditionType ConditionTypes ConfirmationHeader
ConfirmationItem ConfirmationRequest ConfirmationStatus ConsignmentInventory ConsignmentMovement
Contact Contract ContractIDInfo ContractItem ContractItemIn ContractItemStatus ContractRequest
ContractRequestHeader ContractRequestHeaderIndustry ContractStatus ContractStatusUpdateRequest
Contractor ContractorIdentifier ControlKeys CopyRequest CorporateInformation Correspondent
CostTermValue Country CountryCode Creator Credential CredentialMac CustomsInfo DPAS
DataAvailableMessage DataRequest DataResponse DateInfo DaysOfSupply DeductedPrice DeductionAmount
DeductionPercent DeliverTo DeliveryAddress DeliveryPeriod DepositAmount Description
DeviationReason DigitalSignature Dimension Discount DiscountAmount DiscountBasis DiscountPercent
DispatchQuantity Distribution DocumentInfo DocumentReference DocumentStatus DueAmount EANID
EffectiveDate Email EquipmentIdentificationCode EuropeanWasteCatalogID ExactAmount ExemptReason
ExpectedLimit ExpectedResult Expense ExpenseAmount ExpirationDate ExpiryDate Extension
ExternalDocumentType Extrinsic Fax Fee FeeAmount FeeDetail FixedAmount FollowUpDocument Followup
Forecast ForecastDetails ForecastQuantity Format FreeGoodsQuantity From GetPendingRequest
GetPendingResponse GlobalIndividualAssetID GoodsAndServiceAmount GrossAmount
GrossProgressPaymentAmount Hazard Header HotelDetail IdReference Identity IncorporationType
IncrementQuantity Index IndexItem IndexItemAdd IndexItemDelete IndexItemDetail IndexItemPunchout
Indicator Industry InformationalAmount InformationalPrice InformationalPriceExclTax InputItemID
IntegrationMessage IntegrationStatus InternalID IntransitQuantity Inventory InventoryTimeSeries
InvoiceDetailDiscount InvoiceDetailHeaderIndicator InvoiceDetailHeaderOrder InvoiceDetailItem
InvoiceDetailItemIndustry InvoiceDetailItemReference InvoiceDetailItemReferenceIndustry
InvoiceDetailItemReferenceRetail InvoiceDetailItemRetail InvoiceDetailLineIndicator
InvoiceDetailLineShipping InvoiceDetailLineSpecialHandling InvoiceDetailOrder
InvoiceDetailOrderInfo InvoiceDetailOrderSummary InvoiceDetailPaymentTerm InvoiceDetailReceiptInfo
InvoiceDetailRequest InvoiceDetailRequestHeader InvoiceDetailServiceItem
InvoiceDetailServiceItemReference InvoiceDetailShipNoticeInfo InvoiceDetailShipping
InvoiceDetailSummary InvoiceDetailSummaryIndustry InvoiceDetailSummaryLineItemModifications
InvoiceDetailSummaryRetail InvoiceHeaderModifications InvoiceIDInfo InvoiceInstruction
InvoiceItemIDInfo InvoiceItemModifications InvoiceLaborDetail InvoicePartner InvoiceReference
InvoiceStatus InvoiceTimeCardDetail Issuer ItemDetail ItemDetailIndustry ItemDetailRetail ItemID
ItemIn ItemIndicator ItemInfo ItemOut ItemOutAerospaceAndDefense ItemOutIndustry
ItemOutLifeSciences ItemOutRetail ItemReference ItemSegment ItemStatus JobDescription KitType
KitTypeID LabelID LaborDetail LeadTime LegDestination LegOrigin LegalEntity LegalName LifeSciences
LimitedMileage Lower MalfunctionPeriod ManufacturerName ManufacturerPartID MasterAgreementIDInfo
MasterAgreementReference MasterAgreementRequest MasterAgreementRequestHeader MaxAdhocAmount
MaxAmount MaxContractAmount MaxQuantity MaxReleaseAmount MaxReleaseQuantity MaximumLimit Meal
MedicationListInfo Message MessageType MinAmount MinQuantity MinReleaseAmount MinReleaseQuantity
MinimumLimit Modification ModificationDetail Modifications Money MovementQuantity Municipality
Name NatureOfBusiness NetAmount NewMaterialQuantity Node Notification Number OCInstruction Option
OrderIDInfo OrderInfo OrderMethod OrderMethods OrderProtocol OrderQuantity OrderReference
OrderRequest OrderRequestHeader OrderRequestHeaderIndustry OrderStatusRequest
OrderStatusRequestHeader OrderStatusRequestIDInfo OrderStatusRequestItem
OrderStatusRequestReference OrderTarget OrderedQuantity Organization OrganizationChangeMessage
OrganizationDataRequest OrganizationDataResponse OrganizationID OrganizationRole
OrganizationalUnit OriginalDocument OriginalPrice OriginatorCookie OtherOrderTarget OutputItemID
OverallLimit OwnerInfo OwnershipType PCard PackageControlNumber PackageID PackageIdentification
PackageTrackingID PackageTypeCodeIdentifierCode Packaging PackagingCode PackagingDistribution
PackagingIndustry PackagingLevelCode PackagingLifeSciences ParentContractInfo ParentID
PartialAmount PartnerContact Path PayableInfo PayableInvoiceInfo PayableMasterAgreementInfo
PayableOrderInfo Payment PaymentIDInfo PaymentInformation PaymentMethod PaymentMethodPartner
PaymentMethodRemittanceInformation PaymentPartner PaymentProposalIDInfo PaymentProviderInformation
PaymentReference PaymentReferenceInfo PaymentRelationshipInformation PaymentRemittanceRequest
PaymentRemittanceRequestHeader PaymentRemittanceStatus PaymentRemittanceStatusUpdateRequest
PaymentRemittanceSummary PaymentStatus PaymentTerm PaymentTerms PaymentToken Penalty Percentage
Period Person PersonRole Phone Place PlannedAcceptanceDays PlanningTimeSeries PolicyViolation
PolicyViolationJustification PoolID PostalAddress PostalCode PriceBasisQuantity PriceTolerance
PricingConditions Priority Product ProductActivityDetails ProductActivityHeader
ProductActivityHeaderIndustry ProductActivityMessage ProductMovementItemIDInfo
ProductReplenishmentDetails ProductReplenishmentHeader ProductReplenishmentMessage
ProductRevisionID ProductionFacility ProductionFacilityAssociation ProductionFacilityRole
ProfileRequest ProfileResponse PromotionDealID PromotionQuantity PromotionVariantID
PropertyReference PropertyValuation PropertyValue ProtocolID ProviderDoneMessage
ProviderSetupRequest ProviderSetupResponse PunchOutOrderMessage PunchOutOrderMessageHeader
PunchOutSetupRequest PunchOutSetupResponse PunchoutDetail PurchaseRequisition
PurchaseRequisitionHeader PurchaseRequisitionRequest QNCode QNNotes QualityInfo
QualityInspectionCharacteristic QualityInspectionDecisionDetail QualityInspectionDecisionRequest
QualityInspectionHeaderIndustry QualityInspectionLotStock QualityInspectionQuantity
QualityInspectionRequest QualityInspectionRequestDetail QualityInspectionRequestHeader
QualityInspectionRequestReference QualityInspectionResultReference QualityInspectionResultRequest
QualityInspectionResultRequestDetail QualityInspectionResultRequestHeader
QualityInspectionValuation QualityNotificationActivity QualityNotificationCause
QualityNotificationHeaderIndustry QualityNotificationRequest QualityNotificationRequestHeader
QualityNotificationRequestItem QualityNotificationTask QualitySampleResult QuantityTolerance
QuantityVarianceNote QuoteHeaderInfo QuoteItemIn QuoteItemOut QuoteMessage QuoteMessageHeader
QuoteRequest QuoteRequestHeader QuoteRequestHeaderIndustry QuoteRequestReference RailDetail
RailLeg RailLegDestination RailLegOrigin Rate ReceiptIDInfo ReceiptItem ReceiptItemReference
ReceiptLineItemReference ReceiptOrder ReceiptOrderInfo ReceiptReference ReceiptRequest
ReceiptRequestHeader ReceivedAmount ReferenceDocumentInfo RelationshipInformation ReleaseInfo
RemittanceDetail ReplenishmentTimeSeries ReportedTime Request RequestedProcessingPeriod
RequiredMaximumQuantity RequiredMinimumQuantity ReserveQuantity ResourceID ResourceType Response
ReturnData ReturnQuantity ReturnValue ReturnablePackageID RoomType Route Routing SESInstruction
SalesOrderHeader SalesOrderRequest SalesQuantity SalesReport SampleDefinition SampleUsageQuantity
Scale Scales ScheduleLine ScheduleLineAerospaceAndDefense ScheduleLineIndustry
ScheduleLineReference ScheduleLineReleaseInfo ScrapQuantity SealID SealingPartyCode
SearchAttribute SearchDataElement SearchGroup SearchGroupData Segment SelectedItem SelectedService
Sender SerialNumber SerialNumberInfo ServiceEntryDetailDiscount ServiceEntryDetailLineIndicator
ServiceEntryDetailLineShipping ServiceEntryDetailLineSpecialHandling ServiceEntryDetailShipping
ServiceEntryHeaderModifications ServiceEntryItem ServiceEntryItemIDInfo
ServiceEntryItemModifications ServiceEntryItemReference ServiceEntryOrder ServiceEntryOrderInfo
ServiceEntryRequest ServiceEntryRequestHeader ServiceEntrySummary
ServiceEntrySummaryLineItemModifications ServiceLevel SharedSecret ShipControl ShipNoticeHeader
ShipNoticeIDInfo ShipNoticeItem ShipNoticeItemDetail ShipNoticeItemIndustry
ShipNoticeItemLifeSciences ShipNoticeItemRetail ShipNoticeLineItemReference ShipNoticePortion
ShipNoticeReference ShipNoticeReleaseInfo ShipNoticeRequest ShipTo ShipmentIdentifier Shipping
ShippingAmount ShippingContainerSerialCode ShippingContainerSerialCodeReference
ShippingContractNumber ShippingInstructions ShippingMark ShippingPaymentMethod ShortName
SourcingStatus SpecialHandlingAmount SpendDetail StartPage State StateOfIncorporation Status
StatusUpdateRequest StockInTransferQuantity StockOnHandQuantity StoreCode Street Study StudyID
SubcontractingComponent SubcontractingComponentIndustry SubcontractingComponentLifeSciences
SubcontractingStockInTransferQuantity SubmitterInfo Subscription SubscriptionChangeMessage
SubscriptionContent SubscriptionContentRequest SubscriptionContentResponse SubscriptionListRequest
SubscriptionListResponse SubscriptionStatus SubscriptionStatusUpdateRequest SubscriptionVersion
SubtotalAmount Supervisor Supplier SupplierBatchID SupplierChangeMessage SupplierDataRequest
SupplierDataResponse SupplierID SupplierInvitation SupplierList SupplierListRequest
SupplierListResponse SupplierLocation SupplierOrderInfo SupplierPartAuxiliaryID SupplierPartID
SupplierProductionFacilityRelations SupplierResourceID SupplierSelector SupplierSetup Tax
TaxAdjustment TaxAdjustmentAmount TaxAdjustmentDetail TaxAmount TaxDetail TaxExemption TaxID
TaxInformation TaxLocation TaxRegime TaxableAmount TelephoneNumber TemporaryPrice TermReference
TermsAndConditions TermsOfDelivery TermsOfDeliveryCode TermsOfTransport Territory
TerritoryAvailable TimeCard TimeCardIDInfo TimeCardInfoRequest TimeCardReference TimeCardRequest
TimeCardTimeInterval TimeRange TimeSeries TimeSeriesAmount TimeSeriesDetails TimeSeriesQuantity
TimeSeriesValue TimeTolerance To Tolerances Total TotalAllowances TotalAmountInBillingCurrency
TotalAmountInPostedCurrency TotalAmountWithoutTax TotalCharges TotalRetailAmount
TotalReturnableItemsDepositAmount Transaction TransportIDInfo TransportInformation
TransportReference TransportTerms TravelDetail TriangularTransactionLawReference TripType URL
URLPost UnitGrossPrice UnitNetPriceCorrection UnitOfMeasure UnitPrice UnitRate
UnrestrictedUseQuantity Upper UpsideQuantity UserAgent ValidityPeriod ValidityPeriods Value
ValueGroup Vendor WorkInProcessQuantity WorkLocation X509CRL X509Certificate X509Data
X509IssuerName X509IssuerSerial X509SKI X509SerialNumber X509SubjectName cXML cXMLAttachment
cXMLSignedInfo
""".split()  # noqa: SIM905 - a list of eight hundred names is read as text
)

_IN_BYTES = frozenset(name.encode() for name in _CXML)


def strangers(root: Any, data: bytes = b"", alike: Iterable[tuple[int, int]] = ()) -> Iterator[Any]:
    """Yield the elements of a document that its standard does not have.

    Of one with children, the innermost are given in its place. `data` is the document's bytes,
    where they are at hand: they tell sooner that there is none; `alike` are parts of them, in their
    order, that have no tags but those of others.
    """
    is_cxml = LOCAL[root.tag] == "cXML"
    if is_cxml and data and _has_no_strange_name(data, alike):
        return
    tags = {element.tag for element in root.iter("*")}
    home = root.tag.rpartition("}")[0]
    strange = {tag for tag in tags if (_not_cxml(tag) if is_cxml else _is_foreign(tag, home))}
    inside: set[Any] = set()
    for element in root.iter("*") if strange else ():
        if element.tag in strange and element not in inside:
            below = list(element.iter("*"))
            inside.update(below)
            yield from (one for one in below if not len(one))


def _has_no_strange_name(data: bytes, alike: Iterable[tuple[int, int]]) -> bool:
    start = 0
    for skipped_from, skipped_to in (*alike, (len(data), len(data))):
        for names in _names_in(data, start, skipped_from):
            bare = {name.rpartition(b":")[2] for name in names - _IN_BYTES}
            if not bare <= _IN_BYTES:
                return False
        start = skipped_to
    return True


def _names_in(data: bytes, start: int, last: int) -> Iterator[set[bytes]]:
    """Yield the names in tags, those of a part of the document at a time."""
    while start < last:
        ahead = start + _PART_BYTES
        end = data.rfind(b"<", start + 1, ahead) if ahead < last else -1
        end = end if end > 0 else last
        yield set(_TAG.findall(data, start, end))
        start = end


def _not_cxml(tag: str) -> bool:
    return LOCAL[tag] not in _CXML and not tag.startswith("{http://www.w3.org/")


def _is_foreign(tag: str, home: str) -> bool:
    """Whether a tag belongs neither to the standards nor to the namespace of its document."""
    space = tag.rpartition("}")[0]
    return space not in {"", home} and not _STANDARD.match(tag)
