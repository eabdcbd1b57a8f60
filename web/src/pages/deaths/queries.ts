/** Queries of the pages about acts of death. Each result is audited, so nothing is loaded twice. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

/** A page of persons' candidates. */
export const PERSON_CANDIDATES = graphql(`
  query PersonCandidates($filter: PersonDracsDeathCandidateFilter, $first: Int, $after: String, $last: Int, $before: String) {
    personDracsDeathCandidates(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        databaseId score zone insertedAt
        subject: person {
          lastName firstName secondName birthDate verificationDetails { dracsDeath { verificationReason } }
        }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`)

/** A page of parties' candidates. */
export const PARTY_CANDIDATES = graphql(`
  query PartyCandidates($filter: PartyDracsDeathCandidateFilter, $first: Int, $after: String, $last: Int, $before: String) {
    partyDracsDeathCandidates(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        databaseId score zone insertedAt
        subject: party {
          lastName firstName secondName birthDate verificationDetails { dracsDeath { verificationReason } }
        }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`)

/** A candidate in a list. */
export type CandidateLine = NonNullable<
  ResultOf<typeof PERSON_CANDIDATES>['personDracsDeathCandidates']
>['nodes'][number]

const ACT = graphql(`
  fragment Act on DracsDeathAct {
    databaseId surname name patronymic dateBirth birthDay dateDeath deathDay sex numident docSeizes operation
    arRegNumber arRegDate composeOrg region locality
  }
`)

/** A person's candidate. */
export const PERSON_CANDIDATE = graphql(
  `
  query PersonCandidate($id: ID!) {
    personDracsDeathCandidate(id: $id) {
      databaseId status statusReason score zone config
      subject: person {
        id databaseId lastName firstName secondName birthDate gender taxId
        documents { databaseId type number }
        verificationDetails { dracsDeath { verificationStatus verificationReason comment } }
      }
      endingDeclarations { databaseId declarationNumber status startDate legalEntityName employeeName }
      dracsDeathAct { ...Act }
    }
  }
`,
  [ACT],
)

/** A party's candidate. */
export const PARTY_CANDIDATE = graphql(
  `
  query PartyCandidate($id: ID!) {
    partyDracsDeathCandidate(id: $id) {
      databaseId status statusReason score zone config
      subject: party {
        id databaseId lastName firstName secondName birthDate gender taxId
        documents { databaseId type number }
        employees { isActive status legalEntity { type } }
        verificationDetails { dracsDeath { verificationStatus verificationReason comment } }
      }
      dracsDeathAct { ...Act }
    }
  }
`,
  [ACT],
)

type PersonCandidate = NonNullable<ResultOf<typeof PERSON_CANDIDATE>['personDracsDeathCandidate']>
type PartyCandidate = NonNullable<ResultOf<typeof PARTY_CANDIDATE>['partyDracsDeathCandidate']>

/** A candidate as shown on its page. */
export type Candidate =
  | ({ readonly kind: 'person' } & PersonCandidate)
  | ({ readonly kind: 'party'; readonly endingDeclarations: readonly never[] } & PartyCandidate)
/** The candidate's act. */
export type Act = NonNullable<Candidate['dracsDeathAct']>
/** The candidate's subject. */
export type CandidateSubject = NonNullable<Candidate['subject']>

/** Decides on a person's candidate. */
export const DECIDE_PERSON = graphql(`
  mutation DecidePerson($input: UpdatePersonDracsDeathVerificationStatusInput!) {
    updatePersonDracsDeathVerificationStatus(input: $input) { person { id } }
  }
`)

/** Decides on a party's candidate. */
export const DECIDE_PARTY = graphql(`
  mutation DecideParty($input: UpdatePartyDracsDeathVerificationStatusInput!) {
    updatePartyDracsDeathVerificationStatus(input: $input) { party { id } }
  }
`)
