/** The frequencies of everything about generated people; docs/generate.md has the same figures, and tests compare and count. */
export const shares = {
  /** Of all: have no patronymic. */
  withoutSecondName: 0.012,
  /** Of all: have a double family name. */
  doubleLastName: 0.01,
  /** Of adults: refused a tax id (`no_tax_id`). */
  noTaxId: 0.01,
  /** Of children under 14: have a tax id already. */
  childWithTaxId: 0.4,
  /** Of all: status inactive, is_active false; or is_active false alone. */
  inactive: 0.015,
  switchedOff: 0.005,

  childWithoutDocument: 0.02,
  teenagerWithCard: 0.7,
  adultWithoutDocument: 0.015,
  adultWithOtherDocument: 0.02,
  /** Of the holders of a booklet who may have a card as well. */
  bookletHolderWithCard: 0.12,
  /** Of cards of those aged 25 and more: expired. */
  expiredCard: 0.05,
  /** Of booklets and cards: the number is ill-formed. */
  wrongNumber: 0.03,
  /** Of persons with one well-formed booklet or card: the next adult's record has the same one. */
  sharedDocument: 0.002,

  /** Of holders of a card, of other adults, of other children: have a UNZR. */
  unzrWithCard: 0.98,
  unzrOfAdult: 0.35,
  unzrOfChild: 0.3,
  /** Of UNZR: ill-formed. */
  wrongUnzr: 0.006,

  /** Of well-formed booklets and cards: in the register of invalid ones. */
  invalid: 0.02,
  /** Of well-formed booklets whose holder has a card as well: invalid, as an exchanged booklet is. */
  invalidExchanged: 0.5,
  /** Of well-formed booklets and cards: in the register of stolen and lost ones. */
  stolen: 0.007,
  /** Of well-formed UNZR: the register does not know it; knows it for other names or another birth date. */
  unknownUnzr: 0.02,
  otherUnzr: 0.02,
  /** Of records of the tax register: refused, removed from the account; known with other names. */
  refusedTaxId: 0.005,
  closedTaxId: 0.001,
  otherTaxpayer: 0.01,
  /** Of persons, of parties who are no patients: have an act of death, or somebody like them has. */
  deceasedPerson: 0.003,
  deceasedParty: 0.001,
  /** In each register except acts: records about nobody, as a share of persons, and a minimum. */
  noise: 0.1,

  /** Of parties: also a person, with that person's documents; of those with two documents: only the booklet, which may be invalid. */
  partyIsPatient: 0.4,
  partyWithOldBooklet: 0.3,
  /** Of parties: without any employee, and with two. */
  withoutEmployee: 0.02,
  twoEmployees: 0.15,
  /**
   * Of employees: former ones; of these: not dismissed, but stopped, reorganized and the like. Not approved yet; of the others: approved
   * but inactive.
   */
  dismissed: 0.1,
  endedOtherwise: 0.2,
  notApproved: 0.01,
  inactiveEmployee: 0.01,
  leastNoise: 1000,
} as const
