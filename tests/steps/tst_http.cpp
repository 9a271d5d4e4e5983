// SPDX-License-Identifier: MIT
// The step that sends HTTP requests, against a server on the loopback.
#include "process/Event.h"
#include "steps/HttpServer.h"
#include "steps/network/HttpAddress.h"
#include "steps/network/HttpClient.h"
#include "steps/SharedState.h"
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <set>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_http {

class HttpTest : public QObject
{
    Q_OBJECT

private:
    static std::string params(const std::string &url, const std::string &more = {})
    {
        return "{\"url\": \"" + url + '"' + (more.empty() ? "" : ", " + more) + '}';
    }
    static Items ask(const std::string &params, const std::string &items, const StepContext &context = {})
    {
        return passAll(*make("http.request", params), {items}, 7, context);
    }
    static std::string problemsOf(const std::string &params, const std::string &fields = R"([{"id": 1}])")
    {
        std::vector<StepProblem> problems;
        make("http.request", params)->check({{}, batchOf(fields)->schema()}, problems);
        std::string text;
        for (const StepProblem &problem : problems)
            text += problem.param + ": " + problem.text + '\n';
        return text;
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const char *name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
            qunsetenv(name);
    }

    /// The server answers none before four are there, and the last one first.
    void itemsStayInOrderHoweverTheAnswersCome()
    {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::string> there;
        HttpServer server([&](const Asked &asked) {
            std::unique_lock lock(mutex);
            there.push_back(asked.path);
            changed.notify_all();
            const size_t group = (there.size() - 1) / 4 * 4;
            changed.wait(lock, [&] { return there.size() >= group + 4; });
            return answer(200, "{\"at\":\"" + asked.path + "\"}", "application/json; charset=utf-8");
        });
        std::string items = "[", expected;
        for (int i = 0; i < 8; ++i) {
            items += (i ? "," : "") + ("{\"n\":" + std::to_string(i) + '}');
            expected += "{\"n\":" + std::to_string(i) + ",\"response\":{\"at\":\"/x/" + std::to_string(i) + "\"}}\n";
        }
        const Items got = ask(params(server.url("/x/{n}")), items + ']');
        COMPARE_TEXT(got.failure, "");
        COMPARE_TEXT(got.json(), expected);
        QVERIFY(got.errors.empty());
    }
    void neverMoreThanInFlightAreUnderWay()
    {
        std::atomic<int> now = 0, most = 0;
        HttpServer server([&](const Asked &) {
            most = std::max(most.load(), ++now);
            std::this_thread::yield();
            --now;
            return answer(200, "x");
        });
        std::string items = "[1";
        for (int i = 0; i < 50; ++i)
            items += ",1";
        QCOMPARE(ask(params(server.url(), R"("inFlight": 2)"), items + ']').items.size(), size_t(51));
        QVERIFY2(most <= 2, qPrintable(QString::number(most)));
    }
    /// By two workers that have something in common.
    void neverMoreThanPerHostAreUnderWay()
    {
        std::atomic<int> now = 0, most = 0;
        HttpServer server([&](const Asked &) {
            most = std::max(most.load(), ++now);
            std::this_thread::yield();
            --now;
            return answer(200, "x");
        });
        SharedState shared;
        StepContext context;
        context.shared = &shared;
        std::string items = "[1";
        for (int i = 0; i < 50; ++i)
            items += ",1";
        items += ']';
        std::vector<std::thread> workers;
        std::atomic<size_t> passed = 0;
        for (int i = 0; i < 3; ++i)
            workers.emplace_back([&] {
                passed += ask(params(server.url(), R"("inFlight": 8, "perHost": 2)"), items, context).items.size();
            });
        for (std::thread &worker : workers)
            worker.join();
        QCOMPARE(passed.load(), size_t(153));
        QVERIFY2(most <= 2, qPrintable(QString::number(most)));
    }
    void theRateIsKeptToByAllWorkers()
    {
        HttpServer server([](const Asked &) { return answer(200, "x"); });
        SharedState shared;
        StepContext context;
        context.shared = &shared;
        QElapsedTimer timer;
        timer.start();
        std::vector<std::thread> workers;
        for (int i = 0; i < 2; ++i)
            workers.emplace_back([&] { ask(params(server.url(), R"("rate": 50)"), "[1,2,3,4,5,6]", context); });
        for (std::thread &worker : workers)
            worker.join();
        QCOMPARE(server.asked().size(), size_t(12));
        QVERIFY2(timer.elapsed() >= 219, qPrintable(QString::number(timer.elapsed()))); // 11 intervals of 20 ms
    }
    void valuesAreWrittenAsPartsOfTheAddress()
    {
        HttpServer server([](const Asked &asked) { return answer(200, asked.path); });
        const Items got = ask(
            params(server.url("/a/{name}"), R"("query": {"q": "{name}!", "none": "{nothing}", "x y": "1"})"),
            R"([{"name": "a b/c?&ä", "nothing": null}, {"name": "..", "nothing": 1}, {"name": null, "nothing": 1}])");
        COMPARE_TEXT(std::string(got.items[0].toObject().back().second.toText()),
                     "/a/a%20b%2Fc%3F%26%C3%A4?q=a%20b%2Fc%3F%26%C3%A4%21&x%20y=1");
        QCOMPARE(got.errors.size(), size_t(2));
        COMPARE_TEXT(got.errors[0], "The field \"name\" is \"..\", which can't be a part of the address.");
        COMPARE_TEXT(got.errors[1], "The field \"name\" is null, which can't be a part of the address.");
        QCOMPARE(server.asked().size(), size_t(1));
    }
    void aFieldMayHoldTheWholeAddress()
    {
        HttpServer server([](const Asked &asked) { return answer(200, asked.path); });
        const Items got = ask(params("{url}"), "[{\"url\": \"" + server.url("/a/b?c=1") + "\"}, "
                                                   + R"({"url": "file:\/\/\/etc/passwd"}, {"url": "nonsense"}])");
        COMPARE_TEXT(std::string(got.items[0].toObject().back().second.toText()), "/a/b?c=1");
        QCOMPARE(got.errors.size(), size_t(2));
        COMPARE_TEXT(got.errors[0],
                     "\"file:///etc/passwd\" is an address of file, but only http:// and https:// can be asked.");
        QVERIFY2(got.errors[1].starts_with("\"nonsense\" is no address that can be asked"), got.errors[1].c_str());
    }
    void bodiesAreSentAsTextOrJson()
    {
        HttpServer server([](const Asked &asked) {
            return answer(200, asked.method + ' ' + asked.header("content-type") + ' ' + asked.body);
        });
        const Items got = ask(params(server.url(), R"("method": "POST", "body": "b", "headers": {"X-Own": "1"})"),
                              R"([{"b": "äh"}, {"b": {"c": [1, 2.50]}}, {"b": null}])");
        COMPARE_TEXT(got.failure, "");
        std::vector<std::string> texts;
        for (const Value &item : got.items)
            texts.emplace_back(item.toObject().back().second.toText());
        COMPARE_TEXT(texts[0], "POST text/plain; charset=utf-8 äh");
        COMPARE_TEXT(texts[1], "POST application/json {\"c\":[1,2.5]}");
        COMPARE_TEXT(texts[2], "POST  ");
        for (const Asked &asked : server.asked())
            COMPARE_TEXT(asked.header("x-own"), "1");
    }
    void answersAreReadByWhatTheyAre()
    {
        HttpServer server([](const Asked &asked) {
            if (asked.path == "/json")
                return answer(200, "[1,{\"a\":null}]", "application/problem+json");
            if (asked.path == "/bytes")
                return answer(200, "\xff\xfe", "image/png");
            if (asked.path == "/none")
                return answer(204, "");
            return answer(200, "{\"a\":1}", "text/html");
        });
        const std::string items = R"(["json","bytes","none","text"])";
        const Items got = ask(params(server.url("/{value}"), R"("status": "code")"), items);
        COMPARE_TEXT(got.failure, "");
        const auto value = [&](size_t row) { return got.items[row].toObject()[1].second; };
        COMPARE_TEXT(toJson(value(0)), "[1,{\"a\":null}]");
        QVERIFY(value(1).isBytes());
        QVERIFY(value(2).isNull());
        COMPARE_TEXT(std::string(value(3).toText()), "{\"a\":1}");
        COMPARE_TEXT(toJson(got.items[2].toObject()[2].second), "204");
        const Items texts = ask(params(server.url("/{value}"), R"("parse": "text")"), items);
        QCOMPARE(texts.errors.size(), size_t(1)); // the bytes
        COMPARE_TEXT(texts.errors[0], "The answer is no UTF-8 text; set \"parse\" to \"bytes\".");
    }
    void jsonThatIsNoneFailsItsItemAlone()
    {
        HttpServer server([](const Asked &asked) {
            return answer(200, asked.path == "/2" ? "{\"a\":" : "{\"a\":1}", "application/json");
        });
        const Items got = ask(params(server.url("/{value}")), "[1,2,3]");
        QCOMPARE(got.failedItems, std::vector<size_t>{1});
        QVERIFY2(got.errors[0].starts_with("The answer isn't JSON: "), got.errors[0].c_str());
        COMPARE_TEXT(toJson(got.items.back()), "{\"value\":3,\"response\":{\"a\":1}}");
    }
    /// Also in the fields that get the answer and its status.
    void itemsThatFailStayAsTheyCame()
    {
        HttpServer server([](const Asked &asked) { return answer(asked.path == "/1" ? 404 : 200, "new"); });
        const Items got = ask(params(server.url("/{n}"), R"("into": "old", "status": "s")"),
                              R"([{"n": 1, "old": 5, "s": "x"}, {"n": 2, "old": 6, "s": "y"}])");
        QCOMPARE(got.failedItems, std::vector<size_t>{0});
        COMPARE_TEXT(got.json(), "{\"n\":1,\"old\":5,\"s\":\"x\"}\n{\"n\":2,\"old\":\"new\",\"s\":200}\n");
    }
    /// Fails twice, with a wait of half a second, then of one at least.
    void whatFailsForAWhileIsTriedAgain()
    {
        std::atomic<int> count = 0;
        HttpServer server([&](const Asked &) { return ++count < 3 ? answer(503, "busy") : answer(200, "done"); });
        QElapsedTimer timer;
        timer.start();
        const Items got = ask(params(server.url()), "[1]");
        COMPARE_TEXT(got.json(), "{\"value\":1,\"response\":\"done\"}\n");
        QCOMPARE(count.load(), 3);
        QVERIFY2(timer.elapsed() >= 1499, qPrintable(QString::number(timer.elapsed())));
    }
    void afterTheLastTryTheItemFails()
    {
        HttpServer server([](const Asked &) { return answer(500, "no\nroom"); });
        const Items got = ask(params(server.url("/a?key=hidden"), R"("tries": 2)"), "[1]");
        QCOMPARE(server.asked().size(), size_t(2));
        COMPARE_TEXT(got.errors.at(0), "GET \"" + server.url("/a") + "\" was answered with 500: no room, at try 2.");
    }
    void whatIsRefusedIsNotTriedAgain()
    {
        const std::string longText(300, 'x');
        HttpServer server([&](const Asked &) { return answer(404, longText); });
        const Items got = ask(params(server.url()), "[1]");
        QCOMPARE(server.asked().size(), size_t(1));
        COMPARE_TEXT(got.errors.at(0),
                     "GET \"" + server.url() + "\" was answered with 404: " + longText.substr(0, 200) + "….");
    }
    void aConnectionThatBreaksIsTriedAgain()
    {
        std::atomic<int> count = 0;
        HttpServer server([&](const Asked &) { return ++count == 1 ? std::string() : answer(200, "done"); });
        COMPARE_TEXT(ask(params(server.url()), "[1]").json(), "{\"value\":1,\"response\":\"done\"}\n");
        QCOMPARE(count.load(), 2);
        HttpServer gone([](const Asked &) { return std::string(); });
        const Items got = ask(params(gone.url(), R"("tries": 1)"), "[1]");
        QVERIFY2(got.errors.at(0).starts_with("GET \"" + gone.url() + "\" brought no answer: "), got.errors[0].c_str());
    }
    /// Seconds, and a date.
    void retryAfterIsKeptTo()
    {
        std::atomic<int> count = 0;
        HttpServer server([&](const Asked &) {
            ++count;
            if (count == 1)
                return answer(429, "", "text/plain", "Retry-After: 2\r\n");
            if (count == 2) {
                char date[64];
                const time_t then = ::time(nullptr) + 3; // whole seconds: 2 at least
                ::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", ::gmtime(&then));
                return answer(503, "", "text/plain", "Retry-After: " + std::string(date) + "\r\n");
            }
            return answer(200, "done");
        });
        QElapsedTimer timer;
        timer.start();
        COMPARE_TEXT(ask(params(server.url()), "[1]").json(), "{\"value\":1,\"response\":\"done\"}\n");
        QVERIFY2(timer.elapsed() >= 3999, qPrintable(QString::number(timer.elapsed())));
    }
    /// Whatever it says, also what is no time at all.
    void aServerIsWaitedForAnHourAtMost()
    {
        for (const char *asks : {"3601", "99999999999999", "9223372036854775807"}) {
            Event stop;
            HttpServer server([&](const Asked &) {
                stop.set();
                return answer(429, "", "text/plain", "Retry-After: " + std::string(asks) + "\r\n");
            });
            const auto hosts = std::make_shared<HostLimits>(1);
            HttpClient client({.timeout = 60, .maxBody = 1000, .hosts = hosts, .stopFd = stop.number()});
            QVERIFY(client.send(
                1, [&](size_t) { return HttpCall{.url = server.url()}; },
                [](size_t, const HttpAnswer &) { return true; }));
            const auto host = HttpAddress::from(server.url());
            QVERIFY(host);
            const auto now = std::chrono::steady_clock::now();
            HostLimits::Moment again{};
            QVERIFY2(!hosts->take(host->host, now + std::chrono::minutes(50), again), asks);
            QVERIFY2(again <= now + std::chrono::hours(1), asks);
        }
    }
    void anAnswerThatIsTooLargeFails()
    {
        HttpServer server(
            [](const Asked &asked) { return answer(200, std::string(asked.path == "/1" ? 1001 : 1000, 'x')); });
        const Items got = ask(params(server.url("/{value}"), R"("maxBody": "1000")"), "[1,2]");
        QCOMPARE(got.failedItems, std::vector<size_t>{0});
        COMPARE_TEXT(got.errors[0],
                     "GET \"" + server.url("/1")
                         + "\" brought an answer of more than 1000 bytes, which \"maxBody\" doesn't allow.");
        QCOMPARE(server.asked().size(), size_t(2));
    }
    void aServerThatSaysNothingIsLeft()
    {
        HttpServer *waited = nullptr;
        HttpServer server([&](const Asked &) {
            waited->awaitClose();
            return std::string();
        });
        waited = &server;
        const Items got = ask(params(server.url(), R"("timeout": 0.1, "tries": 1)"), "[1]");
        QVERIFY2(got.errors.at(0).find("brought no answer") != std::string::npos, got.errors[0].c_str());
        server.close();
    }
    /// While a server is waited for, and while a request waits to be tried again: else they take an hour.
    void aRunThatIsBrokenOffEndsAtOnce()
    {
        for (const bool answers : {false, true}) {
            Event cancel;
            HttpServer *waited = nullptr;
            HttpServer server([&](const Asked &) {
                if (answers)
                    return answer(429, "", "text/plain", "Retry-After: 3600\r\n");
                waited->awaitClose();
                return std::string();
            });
            waited = &server;
            StepContext context;
            context.cancelFd = cancel.number();
            std::thread breaker([&] {
                server.awaitAsked(1);
                cancel.set();
            });
            QElapsedTimer timer;
            timer.start();
            const Items got = ask(params(server.url(), R"("timeout": 3600)"), "[1]", context);
            breaker.join();
            server.close();
            QVERIFY(!got.failure.empty());
            QVERIFY(timer.elapsed() < 60'000);
        }
    }
    void aRunThatIsStoppedTriesNothingAgain()
    {
        Event stop;
        HttpServer server([&](const Asked &) {
            stop.set();
            return answer(429, "slowly", "text/plain", "Retry-After: 3600\r\n");
        });
        StepContext context;
        context.stopFd = stop.number();
        const Items got = ask(params(server.url(), R"("inFlight": 1)"), "[1,2]", context);
        QCOMPARE(got.errors.size(), size_t(2));
        COMPARE_TEXT(got.errors[0],
                     "GET \"" + server.url()
                         + "\" was answered with 429: slowly; the run was stopped before it could be tried again.");
        QCOMPARE(server.asked().size(), size_t(1));
    }
    void secretsGoToTheServerAndNowhereElse()
    {
        HttpServer other([](const Asked &) { return answer(200, "there"); });
        HttpServer server([&](const Asked &asked) {
            if (asked.path == "/away")
                return answer(302, "", "text/plain", "Location: " + other.url("/x") + "\r\n");
            if (asked.path == "/near")
                return answer(302, "", "text/plain", "Location: /end\r\n");
            return answer(asked.path == "/echo" ? 400 : 200, "you said " + asked.header("authorization"));
        });
        qputenv("MILLRACE_TEST_TOKEN", "s3cret-token");
        const std::string more =
            R"("auth": "bearer:env:MILLRACE_TEST_TOKEN", "headers": {"X-Api-Key": "k", "Accept": "a/b"})";
        const Items got = ask(params(server.url("/{value}"), more), R"(["away", "near", "echo"])");
        COMPARE_TEXT(got.json().substr(0, got.json().find('\n')), "{\"value\":\"away\",\"response\":\"there\"}");
        QCOMPARE(other.asked().size(), size_t(1));
        COMPARE_TEXT(other.asked()[0].header("authorization"), "");
        COMPARE_TEXT(other.asked()[0].header("x-api-key"), "");
        COMPARE_TEXT(other.asked()[0].header("accept"), "a/b");
        for (const Asked &asked : server.asked()) {
            COMPARE_TEXT(asked.header("authorization"), "Bearer s3cret-token");
            COMPARE_TEXT(asked.header("x-api-key"), "k");
        }
        COMPARE_TEXT(got.errors.at(0),
                     "GET \"" + server.url("/echo") + "\" was answered with 400: you said Bearer [secret].");
        const Items basic = ask(params(server.url("/echo"), R"("auth": "basic:me:env:MILLRACE_TEST_TOKEN")"), "[1]");
        COMPARE_TEXT(server.asked().back().header("authorization"), "Basic bWU6czNjcmV0LXRva2Vu");
        COMPARE_TEXT(basic.errors.at(0),
                     "GET \"" + server.url("/echo") + "\" was answered with 400: you said Basic [secret].");
        qunsetenv("MILLRACE_TEST_TOKEN");
        QVERIFY(ask(params(server.url(), R"("auth": "bearer:env:MILLRACE_TEST_TOKEN")"), "[1]")
                    .failure.find("MILLRACE_TEST_TOKEN")
                != std::string::npos);
    }
    void secretsGoToNoServerThatAnItemNames()
    {
        qputenv("MILLRACE_TEST_TOKEN", "s3cret-token");
        HttpServer server([](const Asked &) { return answer(200, "there"); });
        const std::string item = "[{\"url\": \"" + server.url() + "\", \"host\": \"" + server.url().substr(7) + "\"}]";
        const std::string fields = R"([{"url": "", "host": ""}])";
        const std::string login = R"("auth": "bearer:env:MILLRACE_TEST_TOKEN")";
        const std::string header = R"("headers": {"X-Api-Key": {"env": "MILLRACE_TEST_TOKEN"}})";
        for (const char *url : {"{url}", "http://{host}/", "https://example.org{host}", "https://{host}.example.org/x",
                                "http://a@{host}"})
            for (const std::string &secret : {login, header}) {
                const std::string said = problemsOf(params(url, secret), fields);
                QVERIFY2(said.find("would go to whatever server an item names") != std::string::npos, said.c_str());
                const Items got = ask(params(url, secret), item);
                QVERIFY2(got.failure.find("would go to whatever server") != std::string::npos, got.failure.c_str());
            }
        QVERIFY(server.asked().empty());
        for (const std::string &more : {login, header})
            COMPARE_TEXT(problemsOf(params("https://example.org/{host}?u={url}", more), fields), "");
        COMPARE_TEXT(problemsOf(params("{url}", R"("headers": {"X-Own": "1"})"), fields), "");
        qunsetenv("MILLRACE_TEST_TOKEN");
    }
    void redirectsAreFollowedUpToALimit()
    {
        HttpServer server([](const Asked &asked) {
            const int left = std::atoi(asked.path.c_str() + 1);
            return left == 0 ? answer(200, asked.method + ' ' + asked.body)
                             : answer(asked.header("x-keep").empty() ? 303 : 307, "", "text/plain",
                                      "Location: /" + std::to_string(left - 1) + "\r\n");
        });
        const std::string post = R"("method": "POST", "body": "'b'")";
        COMPARE_TEXT(ask(params(server.url("/{value}"), post), "[5]").json(), "{\"value\":5,\"response\":\"GET \"}\n");
        COMPARE_TEXT(ask(params(server.url("/{value}"), post + R"(, "headers": {"X-Keep": "1"})"), "[5]").json(),
                     "{\"value\":5,\"response\":\"POST b\"}\n");
        const Items got = ask(params(server.url("/{value}"), post), "[6]");
        QVERIFY2(got.errors.at(0).find("\"redirects\" allows (5)") != std::string::npos, got.errors[0].c_str());
    }
    void theCheckSaysWhatCannotWork()
    {
        COMPARE_TEXT(problemsOf(params("https://example.org/{id}", R"("query": {"a": "{id}"}, "body": "item")")), "");
        COMPARE_TEXT(
            problemsOf(params("ftp://example.org/{id}")),
            "url: \"ftp://example.org/{id}\" is an address of ftp, but only http:// and https:// can be asked.\n");
        COMPARE_TEXT(problemsOf(params("https://example.org/{ib}")),
                     "url: There is no field \"ib\"; did you mean \"id\"? The fields are id.\n");
        COMPARE_TEXT(problemsOf(params("https://example.org", R"("maxBody": "much")")),
                     "maxBody: \"much\" is not a size such as \"512 MiB\", \"2 GB\" or a number of bytes above 0.\n");
        QVERIFY(problemsOf(params("https://me:pw@example.org/")).starts_with("url: A user or a password"));
        QVERIFY(problemsOf(params("http://example.org/", R"("auth": "bearer:env:PATH")"))
                    .starts_with("auth: The login is sent"));
        QVERIFY(problemsOf(params("https://example.org/", R"("body": "1 +")")).starts_with("body: "));
        QVERIFY(problemsOf(params("https://example.org/", R"("headers": {"a b": "1"})")).starts_with("headers: "));
        const Param *auth = test::registry().find("http.request")->param("auth");
        for (const char *wrong :
             {"s3cret", "bearer:s3cret", "basic:env:PATH", "basic:me:s3cret", "digest:me:env:PATH"}) {
            const std::string problem = auth->problemOf(Value(wrong));
            QVERIFY2(!problem.empty() && problem.find("s3cret") == std::string::npos, problem.c_str());
        }
        for (const char *right : {"bearer:env:PATH", "basic:me:env:PATH", "basic:me:file:a:b", "bearer:secret:token"})
            QVERIFY2(auth->problemOf(Value(right)).empty(), right);
    }
};

} // namespace tst_http

QTEST_GUILESS_MAIN(tst_http::HttpTest)
#include "tst_http.moc"
