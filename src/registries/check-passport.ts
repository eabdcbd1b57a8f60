/** `CheckPassportStatus` (stolen or lost?) and `CheckPassportDMSStatus` (invalid?): one question, two registries (spec 2.4, 3.1). */
import type { Value } from '../trembita/envelope.ts'
import type { XmlElement } from '../trembita/xml.ts'
import { readRegistryStatus } from './status.ts'

/** The document asked about. For a NATIONAL_ID there is no serial. Number and serial are personal: never log them. */
export interface PassportRequest {
  readonly passType: '0101'
  readonly pasSerial?: string | undefined
  readonly pasNumber: string
}

/** How to write the request and read the answer of both services. */
export const checkPassport = {
  children: ['PassType', 'PasSerial', 'PasNumber'],
  values: ({ passType, pasSerial, pasNumber }: PassportRequest): Value[] => [passType, pasSerial, pasNumber],
  read: (wrapper: XmlElement) => readRegistryStatus(wrapper, 'PasStatus'),
} as const
