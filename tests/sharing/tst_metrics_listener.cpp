// SPDX-License-Identifier: MIT
// Who asks for the gauges of a run gets them, and nobody who asks can hold it up.
#include "sharing/MetricsListener.h"
#include "sharing/OpenMetrics.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace millrace;

namespace tst_metrics_listener {

namespace {

constexpr int Patience = 20'000; // milliseconds

std::unique_ptr<MetricsListener> listening(const std::string &where, double patience = 5)
{
    auto address = listenAddressFrom(where);
    if (!address)
        return {};
    auto listener = MetricsListener::listen(*std::move(address), patience);
    if (!listener)
        return {};
    (*listener)->show([] { return std::string("millrace_run_seconds 1\n# EOF\n"); });
    return *std::move(listener);
}

Descriptor connected(const ListenAddress &address)
{
    Descriptor socket(::socket(address.path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!address.path.empty()) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        address.path.copy(at.sun_path, sizeof at.sun_path - 1);
        if (::connect(socket.number(), reinterpret_cast<sockaddr *>(&at), sizeof at) != 0)
            socket.close();
        return socket;
    }
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(uint16_t(address.port));
    ::inet_pton(AF_INET, address.host.c_str(), &at.sin_addr);
    if (::connect(socket.number(), reinterpret_cast<sockaddr *>(&at), sizeof at) != 0)
        socket.close();
    return socket;
}

void send(const Descriptor &socket, const std::string &text)
{
    (void)!::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
}

/// All that comes until the other side closes; "(nothing)" where it doesn't.
std::string received(const Descriptor &socket)
{
    std::string text;
    for (;;) {
        pollfd waited{socket.number(), POLLIN, 0};
        if (::poll(&waited, 1, Patience) != 1)
            return "(nothing)";
        char bytes[4'096];
        const ssize_t count = ::recv(socket.number(), bytes, sizeof bytes, 0);
        if (count <= 0)
            return text;
        text.append(bytes, size_t(count));
    }
}

std::string answerTo(const ListenAddress &address, const std::string &request)
{
    const Descriptor socket = connected(address);
    send(socket, request);
    return received(socket);
}

} // namespace

class TestMetricsListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theGaugesAreAnswered()
    {
        const auto listener = listening("0");
        QVERIFY(listener);
        const std::string answer = answerTo(listener->address(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        QVERIFY2(answer.starts_with("HTTP/1.1 200 OK\r\n"), answer.c_str());
        QVERIFY(answer.find(OpenMetricsType) != std::string::npos);
        QVERIFY(answer.ends_with("\r\n\r\nmillrace_run_seconds 1\n# EOF\n"));
        listener->show([] { return std::string("# EOF\n"); });
        QVERIFY(answerTo(listener->address(), "GET /metrics?x=1 HTTP/1.0\r\n\r\n").ends_with("\r\n\r\n# EOF\n"));
        QVERIFY(answerTo(listener->address(), "HEAD /metrics HTTP/1.0\r\n\r\n").ends_with("\r\n\r\n"));
    }

    void onlyThisMachineIsAnsweredUnlessAHostIsNamed()
    {
        QCOMPARE(listenAddressFrom("9464")->host, std::string("127.0.0.1"));
        QCOMPARE(listenAddressFrom(":9464")->host, std::string("127.0.0.1"));
        QCOMPARE(listenAddressFrom("0.0.0.0:9464")->host, std::string("0.0.0.0"));
        QCOMPARE(listenAddressFrom("[::1]:9464")->shown(), std::string("http://[::1]:9464/metrics"));
        for (const char *wrong : {"", "x", "70000", "-1", "unix:", "example.org:80", "1.2.3.4.5:80"}) {
            const auto address = listenAddressFrom(wrong);
            QVERIFY2(!address && address.error().message.ends_with('.'), wrong);
        }
    }

    void whatElseIsAskedIsRefused()
    {
        const auto listener = listening("0");
        QVERIFY(listener);
        const ListenAddress &address = listener->address();
        QVERIFY(answerTo(address, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        QVERIFY(answerTo(address, "POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
        QVERIFY(answerTo(address, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
        QVERIFY(
            answerTo(address, std::string(MetricsListener::LargestRequest + 100, 'x')).starts_with("HTTP/1.1 431 "));
    }

    void whoSaysNothingIsGivenUpAndTheOthersAreAnswered()
    {
        const auto listener = listening("0", 0.3);
        QVERIFY(listener);
        std::vector<Descriptor> silent;
        for (size_t i = 0; i < MetricsListener::MostConnections; ++i) {
            silent.push_back(connected(listener->address()));
            send(silent.back(), "GET /metr");
        }
        // All places are taken until their patience is over; then this one has its turn.
        QVERIFY(answerTo(listener->address(), "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
        QCOMPARE(received(silent.front()), std::string());
    }

    void whoDoesNotReadIsGivenUp()
    {
        const auto listener = listening("0");
        QVERIFY(listener);
        listener->show([] { return std::string(64'000'000, '#'); });
        const Descriptor deaf = connected(listener->address());
        send(deaf, "GET /metrics HTTP/1.1\r\n\r\n");
        listener->show([] { return std::string("# EOF\n"); });
        QVERIFY(answerTo(listener->address(), "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
    }

    void aSocketInTheFileSystemIsItsOwnersAlone()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("gauges")).toStdString();
        {
            const auto listener = listening("unix:" + path);
            QVERIFY(listener);
            QVERIFY(answerTo(listener->address(), "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
            struct stat found
            {};
            QCOMPARE(::stat(path.c_str(), &found), 0);
            QCOMPARE(found.st_mode & 0077u, 0u);
            QVERIFY2(!listening("unix:" + path), "two listen at one socket");
        }
        QCOMPARE(::access(path.c_str(), F_OK), -1);
        { // what a program that was killed has left is replaced
            const Descriptor left(::socket(AF_UNIX, SOCK_STREAM, 0));
            sockaddr_un at{};
            at.sun_family = AF_UNIX;
            path.copy(at.sun_path, sizeof at.sun_path - 1);
            QCOMPARE(::bind(left.number(), reinterpret_cast<sockaddr *>(&at), sizeof at), 0);
        }
        QVERIFY(listening("unix:" + path));
    }

    void aFileIsNotReplacedByASocket()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("mine")).toStdString();
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(!listening("unix:" + path));
        QVERIFY(file.exists());
    }
};

} // namespace tst_metrics_listener

using tst_metrics_listener::TestMetricsListener;
QTEST_GUILESS_MAIN(TestMetricsListener)
#include "tst_metrics_listener.moc"
