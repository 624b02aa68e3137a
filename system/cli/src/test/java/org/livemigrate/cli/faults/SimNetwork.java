package org.livemigrate.cli.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * HTTP between the processes. Each request travels on its own, so they overtake each other; requests and answers are lost,
 * seen (a reset connection) or not (no packet comes); what idempotent requests ask may arrive once more, much later.
 */
final class SimNetwork {

    /** What may go wrong between two sites. */
    interface Faults {
        boolean reachable(String from, String to);

        boolean loses();

        boolean lossIsSeen();

        Duration delay();

        /** How much later the request arrives once more; null: never. */
        Duration again();
    }

    /** An answer. */
    record Reply(int status, byte[] body) {}

    /** What answers at an address. */
    interface Site {
        /** The process that listens; null when none does. */
        SimProcess listening();

        CompletableFuture<Reply> handle(String method, String pathAndQuery, byte[] body);
    }

    private final EventLoop loop;
    private final Faults faults;
    private final Map<String, Site> sites = new TreeMap<>();

    SimNetwork(EventLoop loop, Faults faults) {
        this.loop = loop;
        this.faults = faults;
    }

    void add(String address, Site site) {
        sites.put(address, site);
    }

    HttpClient client(String from, SimProcess process) {
        return new Client(from, process);
    }

    private void send(String from, String to, HttpRequest request, byte[] body, CompletableFuture<Reply> answer) {
        String name = from + "->" + to;
        if (!faults.reachable(from, to) || faults.loses()) {
            lost(name, answer);
            return;
        }
        String path = request.uri().getRawPath()
                + (request.uri().getRawQuery() == null
                        ? ""
                        : "?" + request.uri().getRawQuery());
        loop.after(faults.delay(), null, name, () -> arrives(from, to, request.method(), path, body, answer));
        Duration again = request.method().equals("PUT") ? faults.again() : null;
        if (again != null) {
            loop.after(again, null, name + " again", () -> {
                if (faults.reachable(from, to)) {
                    loop.tell(() -> "again arrives " + request.method() + " " + path + " at " + to);
                    arrives(from, to, request.method(), path, body, new CompletableFuture<>());
                }
            });
        }
    }

    private void arrives(
            String from, String to, String method, String path, byte[] body, CompletableFuture<Reply> answer) {
        String back = to + "->" + from;
        Site site = sites.get(to);
        SimProcess process = site.listening();
        if (process == null) {
            loop.after(faults.delay(), null, back, () -> answer.completeExceptionally(new ConnectException("refused")));
            return;
        }
        Runnable reset = () -> lost(back, answer);
        process.onDeath(reset);
        loop.after(
                Duration.ZERO,
                process,
                to + " " + method,
                () -> site.handle(method, path, body).whenComplete((reply, failure) -> {
                    process.forget(reset);
                    if (reply == null || !faults.reachable(to, from) || faults.loses()) {
                        lost(back, answer);
                    } else {
                        loop.after(faults.delay(), null, back, () -> answer.complete(reply));
                    }
                }));
    }

    private void lost(String name, CompletableFuture<Reply> answer) {
        if (faults.lossIsSeen()) {
            loop.after(
                    faults.delay(),
                    null,
                    name,
                    () -> answer.completeExceptionally(new IOException("connection reset")));
        }
    }

    private final class Client extends HttpClient {
        private final String from;
        private final SimProcess process;

        Client(String from, SimProcess process) {
            this.from = from;
            this.process = process;
        }

        @Override
        public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
                throws IOException, InterruptedException {
            process.requireAlive();
            CompletableFuture<Reply> answer = new CompletableFuture<>();
            SimNetwork.this.send(from, request.uri().getHost(), request, bodyOf(request), answer);
            if (!loop.await(answer, request.timeout().orElse(Duration.ofDays(1)))) {
                throw new HttpTimeoutException("request timed out");
            }
            if (answer.isCompletedExceptionally()) {
                throw new IOException("no answer from " + request.uri());
            }
            return new Response<>(request, answer.join(), handler);
        }

        private static byte[] bodyOf(HttpRequest request) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            request.bodyPublisher()
                    .ifPresent(publisher -> publisher.subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription subscription) {
                            subscription.request(Long.MAX_VALUE);
                        }

                        @Override
                        public void onNext(ByteBuffer part) {
                            byte[] bytes = new byte[part.remaining()];
                            part.get(bytes);
                            all.writeBytes(bytes);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            throw new IllegalStateException(failure);
                        }

                        @Override
                        public void onComplete() {}
                    }));
            return all.toByteArray();
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> push) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<CookieHandler> cookieHandler() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> connectTimeout() {
            return Optional.empty();
        }

        @Override
        public Redirect followRedirects() {
            return Redirect.NEVER;
        }

        @Override
        public Optional<ProxySelector> proxy() {
            return Optional.empty();
        }

        @Override
        public SSLContext sslContext() {
            return null;
        }

        @Override
        public SSLParameters sslParameters() {
            return new SSLParameters();
        }

        @Override
        public Optional<Authenticator> authenticator() {
            return Optional.empty();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }

        @Override
        public Optional<Executor> executor() {
            return Optional.empty();
        }
    }

    private static final class Response<T> implements HttpResponse<T>, HttpResponse.ResponseInfo {
        private final HttpRequest request;
        private final int status;
        private final T body;

        Response(HttpRequest request, Reply reply, HttpResponse.BodyHandler<T> handler) {
            this.request = request;
            this.status = reply.status();
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(this);
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long parts) {}

                @Override
                public void cancel() {}
            });
            subscriber.onNext(List.of(ByteBuffer.wrap(reply.body())));
            subscriber.onComplete();
            this.body = subscriber.getBody().toCompletableFuture().join();
        }

        @Override
        public int statusCode() {
            return status;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public T body() {
            return body;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
