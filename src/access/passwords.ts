/** Password hashes: scrypt, each with its own salt; of OWASP's equivalent parameters those with 32 MB per hash (N 2^15, r 8, p 3). */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const COST = 2 ** 15
const BLOCK_SIZE = 8
const PARALLELIZATION = 3
const KEY_BYTES = 32
/** Longer input is refused without hashing. */
export const MOST_CHARACTERS = 1024

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** Hashes a password: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await keyOf(password, salt, COST, BLOCK_SIZE, PARALLELIZATION)
  return ['scrypt', COST, BLOCK_SIZE, PARALLELIZATION, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Whether a password matches. Without a hash it does the same work, so that the time does not reveal whether a user exists. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, cost, blockSize, parallelization, salt = '', key = ''] = (stored ?? NOBODY).split('$')
  const expected = Buffer.from(key, 'base64')
  const found = await keyOf(
    password.slice(0, MOST_CHARACTERS),
    Buffer.from(salt, 'base64'),
    Number(cost),
    Number(blockSize),
    Number(parallelization),
  )
  return timingSafeEqual(found, expected) && stored !== null
}

// The hash of no password: no input matches it.
const NOBODY = ['scrypt', COST, BLOCK_SIZE, PARALLELIZATION, 'AAAA', Buffer.alloc(KEY_BYTES).toString('base64')].join(
  '$',
)

function keyOf(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return derive(password.normalize('NFC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r })
}
