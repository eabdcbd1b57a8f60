/** `checkunzr`: does this UNZR belong to this name and birth date (spec 2.4, 3.1). */
import type { Value } from '../trembita/envelope.ts'
import type { XmlElement } from '../trembita/xml.ts'
import { readRegistryStatus } from './status.ts'

/** The person asked about; all of it is personal. */
export interface UnzrRequest {
  readonly unzr: string
  readonly familyName: string
  readonly givenName: string
  /** Omitted if the person has none. */
  readonly patronymicName?: string | undefined
  /** YYYY-MM-DD */
  readonly dateBirth: string
}

/** How to write the request and read the answer. */
export const checkUnzr = {
  children: ['UNZR', 'familyName', 'givenName', 'patronymicName', 'dateBirth'],
  values: ({ unzr, familyName, givenName, patronymicName, dateBirth }: UnzrRequest): Value[] => [
    unzr,
    familyName,
    givenName,
    patronymicName,
    dateBirth,
  ],
  read: (wrapper: XmlElement) => readRegistryStatus(wrapper, 'Status'),
} as const
