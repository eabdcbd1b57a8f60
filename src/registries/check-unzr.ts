/** `checkunzr`: does this UNZR belong to this name and birth date (spec 2.4, 3.1). */
import type { Value } from '../trembita/envelope.ts'
import type { XmlElement } from '../trembita/xml.ts'
import { readStatus } from './status.ts'

/** The person asked about; all of it is personal. */
export interface UnzrQuestion {
  readonly unzr: string
  readonly familyName: string
  readonly givenName: string
  /** Left out where there is none. */
  readonly patronymicName?: string | undefined
  /** YYYY-MM-DD */
  readonly dateBirth: string
}

/** How the service is asked and read. */
export const checkUnzr = {
  children: ['UNZR', 'familyName', 'givenName', 'patronymicName', 'dateBirth'],
  values: ({ unzr, familyName, givenName, patronymicName, dateBirth }: UnzrQuestion): Value[] => [
    unzr,
    familyName,
    givenName,
    patronymicName,
    dateBirth,
  ],
  read: (wrapper: XmlElement) => readStatus(wrapper, 'Status'),
} as const
