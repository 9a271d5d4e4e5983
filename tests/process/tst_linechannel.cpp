// SPDX-License-Identifier: MIT
#include "process/LineChannel.h"

#include "metrics/Clock.h"

#include <QTest>

using namespace millrace;

namespace tst_linechannel {

namespace {

constexpr uint64_t Second = 1'000'000'000; ///< nanoseconds

/// Takes as long as an entry in the log does, so that who floods is always faster.
void takeTime(std::string_view)
{
    constexpr uint64_t TimeOfLine = 2'000;
    for (const uint64_t end = steadyNanoseconds() + TimeOfLine; steadyNanoseconds() < end;) {
    }
}

/// A shell that is ended after a minute, so that what waits for ever fails soon.
Result<LineChannel> shell(const char *script)
{
    ChildOptions options;
    options.command = {"timeout", "60", "sh", "-c", script};
    return LineChannel::start(options, -1, takeTime);
}

std::string errorOf(const Result<std::string_view> &line)
{
    return line ? "none, but the line " + std::string(*line) : line.error().kind;
}

} // namespace

class tst_linechannel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreReadAndTheEndIsSaid()
    {
        auto channel = shell("read line; echo got $line; echo why >&2; printf last; exit 3");
        QVERIFY(channel);
        channel->write("this\n");
        const auto first = channel->readLine(0);
        QVERIFY(first);
        QCOMPARE(std::string(*first), std::string("got this"));
        const auto last = channel->readLine(0);
        QVERIFY(last);
        QCOMPARE(std::string(*last), std::string("last"));
        QCOMPARE(QByteArray::fromStdString(errorOf(channel->readLine(0))), QByteArray("ended"));
        QCOMPARE(channel->ending(), std::string("ended with status 3"));
        QCOMPARE(channel->lastErrorLine(), std::string("why"));
    }

    void aTimeLimitHoldsThoughThereIsAlwaysSomethingToRead_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::newRow("standard error") << QByteArray("yes err >&2");
        QTest::newRow("standard output, without lines") << QByteArray("while true; do printf x; done");
    }

    void aTimeLimitHoldsThoughThereIsAlwaysSomethingToRead()
    {
        QFETCH(QByteArray, script);
        auto channel = shell(script.constData());
        QVERIFY(channel);
        const uint64_t begin = steadyNanoseconds();
        QCOMPARE(QByteArray::fromStdString(errorOf(channel->readLine(begin + Second / 5))), QByteArray("timeout"));
        channel->stop(100);
        QVERIFY(!channel->isRunning());
        QVERIFY(steadyNanoseconds() - begin < 5 * Second);
    }

    void aLineThatIsThereWhenTheTimeIsOverIsRead()
    {
        auto channel = shell("echo answer; cat");
        QVERIFY(channel);
        QVERIFY(channel->hasMore(5'000));
        const auto line = channel->readLine(1);
        QVERIFY2(line, errorOf(line).c_str());
        QCOMPARE(std::string(*line), std::string("answer"));
    }

    void whatAProgramHasLeftBehindDoesNotHoldUpItsEnd()
    {
        auto channel = shell("setsid sh -c 'echo ready; exec timeout 60 yes err >&2' & read line");
        QVERIFY(channel);
        const auto line = channel->readLine(0);
        QVERIFY2(line, errorOf(line).c_str());
        QCOMPARE(std::string(*line), std::string("ready"));
        const uint64_t begin = steadyNanoseconds();
        channel->stop(1'000);
        QVERIFY(!channel->isRunning());
        QVERIFY(steadyNanoseconds() - begin < 5 * Second);
    }
};

} // namespace tst_linechannel

QTEST_GUILESS_MAIN(tst_linechannel::tst_linechannel)
#include "tst_linechannel.moc"
