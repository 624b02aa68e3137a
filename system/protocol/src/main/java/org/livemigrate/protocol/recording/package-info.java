/**
 * What a controller heard and decided, as a file that can be replayed: JSON, one {@link
 * org.livemigrate.protocol.recording.RecordingLine} a line, mostly compressed with gzip.
 */
package org.livemigrate.protocol.recording;
