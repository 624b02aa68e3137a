package org.livemigrate.rest;

import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A body that is there to its last byte within a time, or not at all. A request's own timeout ends with the headers of
 * its answer ({@link java.net.http.HttpRequest.Builder#timeout}), so a server that dies in the middle of a body, its host
 * with it, would be waited for without end.
 */
final class TimelyBody implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> bytes = HttpResponse.BodySubscribers.ofByteArray();
    private final Duration within;
    private volatile Flow.Subscription connection;

    private TimelyBody(Duration within) {
        this.within = within;
    }

    /** @param within of the headers */
    static HttpResponse.BodyHandler<byte[]> within(Duration within) {
        return headers -> new TimelyBody(within);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        CompletableFuture<byte[]> all = bytes.getBody()
                .toCompletableFuture()
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new HttpTimeoutException(
                                        "its answer began and did not end in " + within.toMillis() + " ms")
                                : failure));
        all.whenComplete((body, failure) -> {
            if (failure != null && connection != null) {
                connection.cancel(); // or it would be kept open for what may still come
            }
        });
        return all;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        connection = subscription;
        bytes.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        bytes.onNext(part);
    }

    @Override
    public void onError(Throwable failure) {
        bytes.onError(failure);
    }

    @Override
    public void onComplete() {
        bytes.onComplete();
    }
}
