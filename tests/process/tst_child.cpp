// SPDX-License-Identifier: MIT
#include "process/Channel.h"
#include "process/Child.h"
#include "process/Event.h"

#include "metrics/Clock.h"

#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <thread>

using namespace millrace;

namespace tst_child {

namespace {

ChildOptions shell(const char *script)
{
    ChildOptions options;
    options.command = {"sh", "-c", script};
    return options;
}

size_t openDescriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return size_t(std::distance(begin(all), end(all)));
}

/// A child whose standard output ends in the string.
struct Talker
{
    Child child;
    Descriptor output;

    explicit Talker(ChildOptions options)
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            qFatal("no pipe");
        output = Descriptor(ends[0]);
        const Descriptor write(ends[1]);
        options.descriptors = {{write.number(), 1}};
        auto started = Child::start(options);
        if (!started)
            qFatal("%s", started.error().message.c_str());
        child = *std::move(started);
    }
    std::string readAll() const
    {
        std::string text;
        char buffer[512];
        for (ssize_t count; (count = ::read(output.number(), buffer, sizeof buffer)) > 0;)
            text.append(buffer, size_t(count));
        return text;
    }
};

constexpr uint64_t Soon = 20'000'000; ///< nanoseconds

} // namespace

class tst_child : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChildWorksWhereAndWithWhatItIsTold()
    {
        ChildOptions options = shell("pwd; echo $MILL; cat; kill -s USR1 $$");
        options.folder = "/usr";
        options.environment = {"MILL=race"};
        Talker talker(options);
        QCOMPARE(talker.readAll(), std::string("/usr\nrace\n")); // standard input is empty
        QVERIFY(talker.child.wait(-1));
        QCOMPARE(talker.child.ending(), std::string("was killed by signal 10 (SIGUSR1)"));
    }

    void theEndIsSaid()
    {
        auto child = Child::start(shell("exit 3"));
        QVERIFY(child);
        QVERIFY(child->wait(-1));
        QCOMPARE(child->ending(), std::string("ended with status 3"));
        QVERIFY(!child->isRunning());
    }

    void aMissingProgramIsNamed()
    {
        ChildOptions options;
        options.command = {"no-such-program-of-ours"};
        const auto child = Child::start(options);
        QVERIFY(!child);
        QVERIFY(child.error().message.find("\"no-such-program-of-ours\"") != std::string::npos);
    }

    void oneThatIgnoresATermIsKilledWithAllItStarted()
    {
        Talker talker(shell("trap '' TERM; sh -c 'trap \"\" TERM; echo ready; sleep 1000' & echo $!; wait"));
        char buffer[64];
        std::string text;
        while (text.find("ready\n") == std::string::npos || std::count(text.begin(), text.end(), '\n') < 2) {
            const ssize_t count = ::read(talker.output.number(), buffer, sizeof buffer);
            QVERIFY(count > 0);
            text.append(buffer, size_t(count));
        }
        talker.child.end(1);
        QVERIFY(!talker.child.isRunning());
        QCOMPARE(talker.child.ending(), std::string("was killed by signal 9 (SIGKILL)"));
        QCOMPARE(talker.readAll(), std::string()); // ends only when nobody holds its other end any more
    }

    void noDescriptorIsLeft()
    {
        const size_t before = openDescriptors();
        for (int i = 0; i < 20; ++i) {
            Talker talker(shell("echo hello"));
            QCOMPARE(talker.readAll(), std::string("hello\n"));
        }
        QCOMPARE(openDescriptors(), before);
    }

    void framesArriveAsTheyWereSent_data()
    {
        QTest::addColumn<size_t>("size");
        for (const size_t size : {0, 1, 100, 65'535, 65'536, 65'537, 5'000'000})
            QTest::addRow("%zu bytes", size) << size;
    }
    void framesArriveAsTheyWereSent()
    {
        QFETCH(size_t, size);
        auto ends = Channel::makePair();
        QVERIFY(ends);
        Channel a(std::move(ends->first)), b(std::move(ends->second));
        std::string sent(size, 'x');
        for (size_t i = 0; i < size; ++i)
            sent[i] = char(i * 31);
        std::thread sender([&] {
            for (uint32_t kind = 1; kind <= 3; ++kind)
                if (!a.send(kind, sent))
                    qFatal("not sent");
        });
        for (uint32_t kind = 1; kind <= 3; ++kind) {
            const auto frame = b.receive();
            QVERIFY(frame);
            QCOMPARE(frame->kind, kind);
            QVERIFY(frame->body == sent);
        }
        sender.join();
    }

    void aChannelSaysWhyItCantGoOn()
    {
        auto ends = Channel::makePair();
        QVERIFY(ends);
        Event stop;
        Channel a(std::move(ends->first), stop.number()), b(std::move(ends->second));
        QCOMPARE(a.receive(steadyNanoseconds() + Soon).error().kind, std::string("timeout"));
        const std::string much(60'000, 'y');
        Result<> sent;
        while (sent) // nobody reads
            sent = a.send(1, much, steadyNanoseconds() + Soon);
        QCOMPARE(sent.error().kind, std::string("timeout"));
        stop.set();
        QCOMPARE(a.receive().error().kind, std::string("interrupted"));
        a.close();
        while (b.receive()) {
        }
        QCOMPARE(b.receive().error().kind, std::string("ended"));
        QCOMPARE(b.send(1, {}).error().kind, std::string("ended"));
    }

    void whatIsNoFrameIsRefused()
    {
        auto ends = Channel::makePair();
        QVERIFY(ends);
        Channel a(std::move(ends->first));
        const std::string garbage(64, '#');
        QCOMPARE(::send(ends->second.number(), garbage.data(), garbage.size(), 0), ssize_t(garbage.size()));
        QCOMPARE(a.receive().error().kind, std::string("protocol"));
    }
};

} // namespace tst_child

QTEST_GUILESS_MAIN(tst_child::tst_child)
#include "tst_child.moc"
