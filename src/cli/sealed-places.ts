import { SEALED_SECRET } from '../access/second-factor.ts'
import type { SealedPlace } from '../encryption/sealed-place.ts'
import { SEALED_INFO } from '../unzr-info/sealed-info.ts'

/** Every column that is sealed. A new one gets a line here, or its values would stay under their old keys. */
export const SEALED_PLACES: readonly SealedPlace[] = [SEALED_INFO, SEALED_SECRET]
