import { SEALED_SECRET } from '../access/second-factor.ts'
import type { SealedPlace } from '../encryption/sealed-place.ts'
import { SEALED_INFO } from '../unzr-info/sealed-info.ts'

/** Every encrypted column. A new one must be added here, or its values would keep their old keys. */
export const SEALED_PLACES: readonly SealedPlace[] = [SEALED_INFO, SEALED_SECRET]
