/** Where the OpenID provider sends the browser back to. */
import { useEffect, useRef, useState } from 'react'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Skeleton } from '../ui/states.tsx'
import { config } from './config.ts'
import { comeBack } from './oidc.ts'
import { SignInPage } from './sign-in-page.tsx'
import { signInTexts } from './texts.ts'

/** The page: it signs in, and goes on to where the browser was. */
export function SignedInPage() {
  const texts = useTexts(signInTexts)
  const [failure, setFailure] = useState<'failed' | 'unconfirmed'>()
  const isBegun = useRef(false)
  useEffect(() => {
    // The code is good for one exchange: a second drawing must not spend it again.
    if (isBegun.current) return
    isBegun.current = true
    const search = new URLSearchParams(location.search)
    // It must stay neither in the history nor in what is sent on.
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
