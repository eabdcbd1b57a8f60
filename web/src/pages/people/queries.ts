/** Queries of the pages about persons and parties. Each result with identity data is audited, so nothing is loaded twice. */

import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import type { Kind, OwnStreamOf, WithStreams } from './kinds.ts'

const CAUSE = graphql(`
  fragment Cause on VerificationCause { why { code params text } rule at runId userId messageId }
`)

const EXPLAINED = graphql(
  `
  fragment Explained on VerificationExplanation {
    cause { ...Cause }
    before { verificationStatus verificationReason cause { ...Cause } }
    next { code params text }
  }
`,
  [CAUSE],
)

/** Why a stream has its status. */
export type Explained = ResultOf<typeof EXPLAINED>

const ENTRY = graphql(`
  fragment HistoryEntry on VerificationHistoryEntry {
    at stream verificationStatus verificationReason step runId messageId changedBy
  }
`)

/** A change of a stream, with its cursor, which serves as the key. */
export interface HistoryEdge {
  readonly cursor: string
  readonly node: ResultOf<typeof ENTRY>
}

const PERSON_LINE = graphql(`
  fragment PersonLine on Person {
    databaseId lastName firstName secondName birthDate taxId unzr verificationStatus isActive
    verificationDetails {
      unzr { verificationStatus } mvsPassport { verificationStatus } dmsPassport { verificationStatus }
      drfo { verificationStatus } dracsDeath { verificationStatus } nhs { verificationStatus }
    }
  }
`)

const PARTY_LINE = graphql(`
  fragment PartyLine on Party {
    databaseId lastName firstName secondName birthDate taxId verificationStatus
    verificationDetails {
      mvsPassport { verificationStatus } dmsPassport { verificationStatus }
      drfo { verificationStatus } dracsDeath { verificationStatus }
    }
  }
`)

/** A person as shown in lists. */
export type PersonLine = WithStreams<'person', ResultOf<typeof PERSON_LINE>>
/** A party as shown in lists. */
export type PartyLine = WithStreams<'party', ResultOf<typeof PARTY_LINE>>

/** A page of the list of persons. */
export const PERSONS = graphql(
  `
  query Persons($filter: PersonFilter, $first: Int, $after: String, $last: Int, $before: String) {
    persons(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...PersonLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [PERSON_LINE],
)

/** A page of the list of parties. */
export const PARTIES = graphql(
  `
  query Parties($filter: PartyFilter, $first: Int, $after: String, $last: Int, $before: String) {
    parties(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...PartyLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [PARTY_LINE],
)

/** A person with all details. */
export const PERSON = graphql(
  `
  query Person($id: ID!, $stream: VerificationStream, $first: Int, $after: String, $last: Int, $before: String) {
    person(id: $id) {
      id databaseId lastName firstName secondName birthDate gender taxId noTaxId unzr
      status isActive deathDate insertedAt insertedBy updatedAt updatedBy
      documents { databaseId type number issuedAt expirationDate issuedBy }
      verificationStatus verificationExplanation { code params text }
      verificationDetails {
        unzr { verificationStatus verificationReason unverifiedAt syncedAt status isServed explanation { ...Explained } }
        mvsPassport { verificationStatus verificationReason unverifiedAt syncedAt status isServed explanation { ...Explained } }
        dmsPassport { verificationStatus verificationReason unverifiedAt syncedAt status isServed explanation { ...Explained } }
        drfo { verificationStatus verificationReason unverifiedAt syncedAt result isServed explanation { ...Explained } }
        dracsDeath {
          verificationStatus verificationReason unverifiedAt comment onlineStatus waitingCandidateId isServed explanation { ...Explained }
        }
        nhs { verificationStatus verificationReason unverifiedAt comment explanation { ...Explained } }
      }
      verificationHistory(stream: $stream, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { ...HistoryEntry } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount totalCountIsExact
      }
    }
  }
`,
  [EXPLAINED, ENTRY],
)

/** A party with all details. */
export const PARTY = graphql(
  `
  query Party($id: ID!, $stream: VerificationStream, $first: Int, $after: String, $last: Int, $before: String) {
    party(id: $id) {
      id databaseId lastName firstName secondName birthDate gender taxId noTaxId isAtWork
      phones { type number } aboutMyself workingExperience declarationLimit
      educations specialities qualifications scienceDegree insertedAt insertedBy updatedAt updatedBy
      documents { databaseId type number issuedAt expirationDate issuedBy }
      employees {
        databaseId employeeType position status isActive startDate endDate divisionId
        legalEntity { databaseId name edrpou type }
      }
      verificationStatus verificationExplanation { code params text }
      verificationDetails {
        mvsPassport { verificationStatus verificationReason unverifiedAt syncedAt status isServed explanation { ...Explained } }
        dmsPassport { verificationStatus verificationReason unverifiedAt syncedAt status isServed explanation { ...Explained } }
        drfo { verificationStatus verificationReason unverifiedAt syncedAt result isServed explanation { ...Explained } }
        dracsDeath {
          verificationStatus verificationReason unverifiedAt comment onlineStatus waitingCandidateId isServed explanation { ...Explained }
        }
      }
      verificationHistory(stream: $stream, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { ...HistoryEntry } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount totalCountIsExact
      }
    }
  }
`,
  [EXPLAINED, ENTRY],
)

/** A person as shown on the page. */
export type Person = WithStreams<'person', NonNullable<ResultOf<typeof PERSON>['person']>>
/** A party as shown on the page. */
export type Party = WithStreams<'party', NonNullable<ResultOf<typeof PARTY>['party']>>

/** Reveals numbers of a person; the reason is stored. */
export const REVEAL_PERSON = graphql(`
  mutation RevealPerson($input: RevealPersonDataInput!) {
    revealPersonData(input: $input) { taxId unzr documents { databaseId number } }
  }
`)

/** Reveals numbers of a party. */
export const REVEAL_PARTY = graphql(`
  mutation RevealParty($input: RevealPartyDataInput!) {
    revealPartyData(input: $input) { taxId phones { type number } documents { databaseId number } }
  }
`)

/** Queues a subject's stream again, by kind and stream. */
export const SEND_AGAIN = {
  person: {
    unzr: graphql(`mutation SendPersonUnzr($input: UpdatePersonUnzrVerificationStatusInput!) {
      updatePersonUnzrVerificationStatus(input: $input) { person { id } }
    }`),
    mvs_passport: graphql(`mutation SendPersonMvsPassport($input: UpdatePersonMvsPassportVerificationStatusInput!) {
      updatePersonMvsPassportVerificationStatus(input: $input) { person { id } }
    }`),
    dms_passport: graphql(`mutation SendPersonDmsPassport($input: UpdatePersonDmsPassportVerificationStatusInput!) {
      updatePersonDmsPassportVerificationStatus(input: $input) { person { id } }
    }`),
    drfo: graphql(`mutation SendPersonDrfo($input: UpdatePersonDrfoVerificationStatusInput!) {
      updatePersonDrfoVerificationStatus(input: $input) { person { id } }
    }`),
    dracs_death: graphql(`mutation SendPersonDracsDeath($input: UpdatePersonDracsDeathVerificationStatusInput!) {
      updatePersonDracsDeathVerificationStatus(input: $input) { person { id } }
    }`),
  },
  party: {
    mvs_passport: graphql(`mutation SendPartyMvsPassport($input: UpdatePartyMvsPassportVerificationStatusInput!) {
      updatePartyMvsPassportVerificationStatus(input: $input) { party { id } }
    }`),
    dms_passport: graphql(`mutation SendPartyDmsPassport($input: UpdatePartyDmsPassportVerificationStatusInput!) {
      updatePartyDmsPassportVerificationStatus(input: $input) { party { id } }
    }`),
    drfo: graphql(`mutation SendPartyDrfo($input: UpdatePartyDrfoVerificationStatusInput!) {
      updatePartyDrfoVerificationStatus(input: $input) { party { id } }
    }`),
    dracs_death: graphql(`mutation SendPartyDracsDeath($input: UpdatePartyDracsDeathVerificationStatusInput!) {
      updatePartyDracsDeathVerificationStatus(input: $input) { party { id } }
    }`),
  },
} as const satisfies { readonly [K in Kind]: Readonly<Record<OwnStreamOf<K>, unknown>> }
