/**
 * The services under standard names: checks of our own, then the engine. What they refuse at {@code
 * init} goes to the next provider, where the caller named none; what must never happen is refused
 * later, when no other provider can step in.
 */
package dev.e2ee.internal.primitive.cipher;
