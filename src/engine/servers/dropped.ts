/** Names the field of old definitions that nothing reads any more: whoever gives it is told once, and so is the journal. */
export const DROPPED = 'proxyMode is dropped: how a server is reached follows from its source';
