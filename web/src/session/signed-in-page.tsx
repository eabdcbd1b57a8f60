/** The page to which the OpenID provider redirects. */
import { useEffect, useRef, useState } from 'react'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Skeleton } from '../ui/states.tsx'
import { config } from './config.ts'
import { comeBack } from './oidc.ts'
import { SignInPage } from './sign-in-page.tsx'
import { signInTexts } from './texts.ts'

/** The page: it signs in and continues at the original URL. */
export function SignedInPage() {
  const texts = useTexts(signInTexts)
  const [failure, setFailure] = useState<'failed' | 'unconfirmed'>()
  const isBegun = useRef(false)
  useEffect(() => {
    // The code is valid for one exchange, so a second render must not use it again.
    if (isBegun.current) return
    isBegun.current = true
    const search = new URLSearchParams(location.search)
    // Removes the code from the history and from referrers.
    history.replaceState(null, '', location.pathname)
    if (config.oidc === undefined) setFailure('failed')
    else
      comeBack(config.oidc, search).then(
        (address) => location.replace(address),
        (error: unknown) => setFailure(asFailure(error).status === 403 ? 'unconfirmed' : 'failed'),
      )
  }, [])
  if (failure !== undefined) {
    const problem = failure === 'failed' ? texts.providerFailed : texts.unconfirmed
    return <SignInPage absence="never" problem={problem} />
  }
  return (
    <main aria-label={texts.comingBack}>
      <Skeleton lines={3} />
    </main>
  )
}
