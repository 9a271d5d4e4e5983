// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace millrace;

namespace tst_atomicfile {

class TestAtomicFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theOldFileStaysUntilCommit();
    void largePiecesArriveWhole();
    void nothingIsLeftWhenItIsDropped();
    void abandonedItemsMayBeKept();
    void abandonedItemsReplaceThoseOfAnEarlierRun();
    void abandonedItemsReplaceNoneOfARunThatGotFurther();
    void abandonedItemsReplaceNoOtherFile();
    void permissionsFollowTheUmaskOrTheOldFile();
    void symbolicLinksAreFollowed();
    void linksInPlaceOfOwnFilesAreNot();
    void linksToWhereThereIsNoFileYetAreFollowed();
    void linksThatGoRoundAreTold();
    void whatAKilledWriterLeftIsRemoved();
    void nothingElseIsRemoved();
    void theLimitOfAFilesSizeIsTold();
    void aMissingFolderIsTold();
    void aFolderThatTakesNoFilesIsTold();
    void aFileInTheWayOfAFolderIsTold();
    void aFolderAsTargetIsTold();
    void aFullDiskIsTold();
    void afterAFailureNothingIsCommitted();
    void whatIsNoRegularFileIsWrittenThrough();
    void twoWritersOfOneTargetDontMeet();
    void aFileMayBeClosedForAWhile();
    void aNewFileTakesNobodysName();
    void anUnopenedFileRefusesToBeWritten();

private:
    std::string path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)).toStdString(); }
    QByteArray content(const char *name) const
    {
        QFile file(m_folder->filePath(QString::fromUtf8(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }
    void write(const char *name, const QByteArray &text) const
    {
        QFile file(m_folder->filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }
    QStringList names() const { return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestAtomicFile::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestAtomicFile::theOldFileStaysUntilCommit()
{
    write("report.csv", "old");
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QVERIFY(file.append("new "));
    QVERIFY(file.append("content"));
    QVERIFY(file.flush());
    QCOMPARE(content("report.csv"), QByteArray("old"));
    QCOMPARE(names().size(), 2);
    QVERIFY(names().first().startsWith(QLatin1String(".report.csv.")));
    QVERIFY(names().first().endsWith(QLatin1String(".partial")));
    QCOMPARE(file.size(), uint64_t(11));
    QVERIFY(file.commit());
    QVERIFY(!file.isOpen());
    QCOMPARE(content("report.csv"), QByteArray("new content"));
    QCOMPARE(names(), QStringList{QStringLiteral("report.csv")});
}

void TestAtomicFile::largePiecesArriveWhole()
{
    QByteArray expected;
    AtomicFile file;
    QVERIFY(file.open(path("large")));
    for (int i = 0; i < 60; ++i) {
        const QByteArray piece(i * 9973, char('a' + i % 26));
        expected += piece;
        QVERIFY(file.append({piece.constData(), size_t(piece.size())}));
    }
    QVERIFY(file.commit());
    QVERIFY(content("large") == expected);
}

void TestAtomicFile::nothingIsLeftWhenItIsDropped()
{
    write("report.csv", "old");
    {
        AtomicFile file;
        QVERIFY(file.open(path("report.csv")));
        QVERIFY(file.append("new"));
    }
    QCOMPARE(names(), QStringList{QStringLiteral("report.csv")});
    QCOMPARE(content("report.csv"), QByteArray("old"));
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QCOMPARE(file.abandon(false), std::string());
    QCOMPARE(names(), QStringList{QStringLiteral("report.csv")});
}

void TestAtomicFile::abandonedItemsMayBeKept()
{
    write("report.csv", "old");
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QVERIFY(file.append("so far"));
    QCOMPARE(file.abandon(true), path("report.csv.partial"));
    QCOMPARE(content("report.csv.partial"), QByteArray("so far"));
    QCOMPARE(content("report.csv"), QByteArray("old"));
    QCOMPARE(names().size(), 2);
}

void TestAtomicFile::abandonedItemsReplaceThoseOfAnEarlierRun()
{
    for (const char *items : {"first", "after"}) {
        AtomicFile file;
        QVERIFY(file.open(path("report.csv")));
        QVERIFY(file.append(items));
        const std::string kept = file.abandon(true);
        if (::lgetxattr(kept.c_str(), "user.millrace.partial", nullptr, 0) < 0)
            QSKIP("This file system keeps no marks, so each file gets a name of its own.");
        QCOMPARE(kept, path("report.csv.partial"));
        QCOMPARE(content("report.csv.partial"), QByteArray(items));
    }
    QCOMPARE(names().size(), 1);
}

void TestAtomicFile::abandonedItemsReplaceNoneOfARunThatGotFurther()
{
    const auto keep = [this](const char *items) {
        AtomicFile file;
        return file.open(path("report.csv")) && file.append(items) ? file.abandon(true) : "not written";
    };
    const std::string first = keep("the longest one");
    if (::lgetxattr(first.c_str(), "user.millrace.partial", nullptr, 0) < 0)
        QSKIP("This file system keeps no marks, so each file gets a name of its own.");
    QCOMPARE(keep(""), std::string());
    QCOMPARE(keep("shorter"), path("report.csv.partial2"));
    QCOMPARE(keep("short"), path("report.csv.partial2"));
    QCOMPARE(content("report.csv.partial"), QByteArray("the longest one"));
    QCOMPARE(content("report.csv.partial2"), QByteArray("short"));
    QCOMPARE(names().size(), 2);
}

void TestAtomicFile::abandonedItemsReplaceNoOtherFile()
{
    write("report.csv.partial", "somebody's own");
    QVERIFY(QFile::link(QStringLiteral("nowhere"), QString::fromStdString(path("report.csv.partial2"))));
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QVERIFY(file.append("so far"));
    QCOMPARE(file.abandon(true), path("report.csv.partial3"));
    QCOMPARE(content("report.csv.partial3"), QByteArray("so far"));
    QCOMPARE(content("report.csv.partial"), QByteArray("somebody's own"));
    QCOMPARE(names().size(), 2); // the link leads nowhere
}

void TestAtomicFile::permissionsFollowTheUmaskOrTheOldFile()
{
    const auto modeOf = [this](const char *name) {
        struct stat status
        {};
        return ::stat(path(name).c_str(), &status) == 0 ? int(status.st_mode & 0777) : -1;
    };
    const mode_t before = ::umask(027);
    AtomicFile file;
    QVERIFY(file.open(path("fresh")));
    QVERIFY(file.commit());
    QCOMPARE(modeOf("fresh"), 0640);
    QCOMPARE(::chmod(path("fresh").c_str(), 0604), 0);
    QVERIFY(file.open(path("fresh")));
    QVERIFY(file.commit());
    QCOMPARE(modeOf("fresh"), 0604);
    ::umask(before);
}

void TestAtomicFile::symbolicLinksAreFollowed()
{
    write("real", "old");
    QVERIFY(QFile::link(QStringLiteral("real"), m_folder->filePath(QStringLiteral("link"))));
    AtomicFile file;
    QVERIFY(file.open(path("link")));
    QVERIFY(file.append("new"));
    QVERIFY(file.commit());
    QVERIFY(QFileInfo(m_folder->filePath(QStringLiteral("link"))).isSymLink());
    QCOMPARE(content("real"), QByteArray("new"));
}

void TestAtomicFile::linksInPlaceOfOwnFilesAreNot()
{
    write("real", "old");
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("there")));
    QCOMPARE(::symlink("real", path("state").c_str()), 0);
    QCOMPARE(::symlink("there", path("folder").c_str()), 0);
    AtomicFile file;
    QVERIFY(file.openOwn(path("state")));
    QVERIFY(file.append("new"));
    QVERIFY(file.commit());
    QVERIFY(!QFileInfo(m_folder->filePath(QStringLiteral("state"))).isSymLink());
    QCOMPARE(content("state"), QByteArray("new"));
    QCOMPARE(content("real"), QByteArray("old"));
    QCOMPARE(QFile::permissions(m_folder->filePath(QStringLiteral("state"))) & ~QFile::Permissions(0x6600),
             QFile::Permissions());
    QVERIFY(!file.openOwn(path("folder/state")));
    QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("there/state"))));
}

void TestAtomicFile::linksToWhereThereIsNoFileYetAreFollowed()
{
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("results")));
    QCOMPARE(::symlink("middle.csv", path("link.csv").c_str()), 0);
    QCOMPARE(::symlink("results/real.csv", path("middle.csv").c_str()), 0);
    AtomicFile file;
    QVERIFY(file.open(path("link.csv")));
    QVERIFY(file.append("new"));
    QVERIFY(file.commit());
    QVERIFY(QFileInfo(m_folder->filePath(QStringLiteral("link.csv"))).isSymLink());
    QVERIFY(QFileInfo(m_folder->filePath(QStringLiteral("middle.csv"))).isSymLink());
    QCOMPARE(content("results/real.csv"), "new");

    QCOMPARE(::symlink("nowhere/real.csv", path("lost.csv").c_str()), 0);
    const auto lost = file.open(path("lost.csv"));
    QVERIFY(!lost);
    QVERIFY2(lost.error().message.find("no such folder") != std::string::npos, lost.error().message.c_str());
}

void TestAtomicFile::linksThatGoRoundAreTold()
{
    QCOMPARE(::symlink("b.csv", path("a.csv").c_str()), 0);
    QCOMPARE(::symlink("a.csv", path("b.csv").c_str()), 0);
    AtomicFile file;
    const auto opened = file.open(path("a.csv"));
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("round in a circle") != std::string::npos, opened.error().message.c_str());
}

void TestAtomicFile::whatAKilledWriterLeftIsRemoved()
{
    const pid_t child = ::fork();
    if (child == 0) {
        AtomicFile killed;
        if (killed.open(path("report.csv")) && killed.append("half"))
            ::kill(::getpid(), SIGKILL);
        ::_exit(1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QCOMPARE(names().size(), 1);

    AtomicFile other; // of another target
    QVERIFY(other.open(path("other.csv")));
    QCOMPARE(names().size(), 2);
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QCOMPARE(names().size(), 2);
    QVERIFY(file.commit());
    QVERIFY(other.commit());
    QCOMPARE(names(), (QStringList{QStringLiteral("other.csv"), QStringLiteral("report.csv")}));
}

void TestAtomicFile::nothingElseIsRemoved()
{
    AtomicFile living, file;
    QVERIFY(living.open(path("report.csv")));
    QVERIFY(living.append("mine"));
    for (const char *name :
         {".report.csv.partial", ".report.csv.abc.partial", ".report.csv.ABCDEF.partial", ".report.csv.abcdef.partial2",
          "report.csv.abcdef.partial", ".my.report.csv.abcdef.partial"})
        write(name, "somebody's");
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral(".report.csv.abcdef.partial")));
    QCOMPARE(::symlink("report.csv.abcdef.partial", path(".report.csv.bcdefg.partial").c_str()), 0);
    const auto before = names();
    QVERIFY(file.open(path("report.csv")));
    QCOMPARE(names().size(), before.size() + 1);
    file.abandon(false);
    QCOMPARE(names(), before);
    QVERIFY(living.commit());
    QCOMPARE(content("report.csv"), "mine");
}

void TestAtomicFile::theLimitOfAFilesSizeIsTold()
{
    int ends[2];
    QCOMPARE(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN); // as both programs do
        const rlimit limit{100'000, 100'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        AtomicFile file;
        Result<> done = file.open(path("report.csv"));
        for (int i = 0; i < 1'000 && done; ++i)
            done = file.append(std::string(1'000, 'x'));
        const std::string said = done ? "all is well" : done.error().message;
        ::_exit(::write(ends[1], said.data(), said.size()) == ssize_t(said.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    char text[1000] = {};
    QVERIFY(::read(ends[0], text, sizeof text - 1) > 0);
    ::close(ends[0]);
    QVERIFY(WIFEXITED(status));
    QVERIFY2(QByteArray(text).contains("limit of a file's size (ulimit -f)"), text);
}

void TestAtomicFile::aFolderThatTakesNoFilesIsTold()
{
    AtomicFile file;
    const Result<> opened = file.open("/proc/report.csv");
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("no such folder") == std::string::npos, opened.error().message.c_str());
}

void TestAtomicFile::aMissingFolderIsTold()
{
    AtomicFile file;
    const Result<> opened = file.open(path("out/report.csv"));
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, std::string("io"));
    QCOMPARE(opened.error().message, "can't write \"" + path("out/report.csv") + "\": no such folder \"" + path("out")
                                         + "\"; make it first or choose another path");
}

void TestAtomicFile::aFileInTheWayOfAFolderIsTold()
{
    write("file", "x");
    AtomicFile file;
    const Result<> opened = file.open(path("file/report.csv"));
    QVERIFY(!opened);
    QVERIFY(opened.error().message.find("\" is not a folder") != std::string::npos);
    QVERIFY(!file.append("x"));
}

void TestAtomicFile::aFolderAsTargetIsTold()
{
    AtomicFile file;
    const Result<> opened = file.open(m_folder->path().toStdString());
    QVERIFY(!opened);
    QVERIFY(opened.error().message.find("it is a folder") != std::string::npos);
    QVERIFY(!file.open(path("new/")));
    QVERIFY(!file.open(""));
}

void TestAtomicFile::aFullDiskIsTold()
{
    AtomicFile file;
    QVERIFY(file.open("/dev/full"));
    QVERIFY(file.append("items"));
    const Result<> flushed = file.flush();
    QVERIFY(!flushed);
    QVERIFY(flushed.error().message.find("can't write \"/dev/full\": the disk is full") == 0);
    QVERIFY(!file.append("more"));
    const Result<> committed = file.commit();
    QVERIFY(!committed);
    QCOMPARE(committed.error().message, flushed.error().message);
}

void TestAtomicFile::afterAFailureNothingIsCommitted()
{
    write("report.csv", "old");
    AtomicFile file;
    QVERIFY(file.open(path("report.csv")));
    QVERIFY(file.append("new"));
    QVERIFY(QDir(m_folder->path()).removeRecursively());
    const Result<> committed = file.commit();
    QVERIFY(!committed);
    QVERIFY(committed.error().message.find("report.csv") != std::string::npos);
    QVERIFY(!file.isOpen());
}

void TestAtomicFile::whatIsNoRegularFileIsWrittenThrough()
{
    AtomicFile null;
    QVERIFY(null.open("/dev/null"));
    QVERIFY(null.append("gone"));
    QVERIFY(null.commit());
    struct stat status
    {};
    QCOMPARE(::stat("/dev/null", &status), 0);
    QVERIFY(S_ISCHR(status.st_mode));

    int ends[2];
    QCOMPARE(::pipe(ends), 0);
    AtomicFile pipe;
    QVERIFY(pipe.open("/dev/fd/" + std::to_string(ends[1])));
    QVERIFY(pipe.append("through"));
    QVERIFY(pipe.commit());
    char buffer[16];
    QCOMPARE(::read(ends[0], buffer, sizeof buffer), ssize_t(7));
    QVERIFY(std::string_view(buffer, 7) == "through");
    ::close(ends[0]);
    ::close(ends[1]);
}

void TestAtomicFile::twoWritersOfOneTargetDontMeet()
{
    AtomicFile first, second;
    QVERIFY(first.open(path("same")));
    QVERIFY(second.open(path("same")));
    QVERIFY(first.append("first"));
    QVERIFY(second.append("second"));
    QVERIFY(second.commit());
    QVERIFY(first.commit());
    QCOMPARE(content("same"), QByteArray("first"));
    QCOMPARE(names(), QStringList{QStringLiteral("same")});
}

void TestAtomicFile::aFileMayBeClosedForAWhile()
{
    AtomicFile file;
    QVERIFY(file.open(path("x")));
    for (const char *text : {"one", "two", "three"}) {
        QVERIFY(file.resume());
        QVERIFY(file.append(text));
        QVERIFY(file.suspend());
        QVERIFY(file.isSuspended());
        QVERIFY(!file.append("lost"));
        QVERIFY(file.suspend());
    }
    QVERIFY(file.settle());
    QVERIFY(file.isSuspended());
    QCOMPARE(content("x"), QByteArray("(none)"));
    QVERIFY(file.commit());
    QCOMPARE(content("x"), QByteArray("onetwothree"));
    QVERIFY(file.open(path("y")));
    QVERIFY(file.append("kept"));
    QVERIFY(file.suspend());
    QCOMPARE(file.abandon(true), path("y.partial"));
    QCOMPARE(content("y.partial"), QByteArray("kept"));
}

void TestAtomicFile::aNewFileTakesNobodysName()
{
    AtomicFile file;
    QVERIFY(file.open(path("x")));
    QVERIFY(file.append("new"));
    write("x", "old");
    const Result<> done = file.commit(true);
    QVERIFY(!done);
    QVERIFY2(done.error().message.find("there is a file of that name already") != std::string::npos,
             done.error().message.c_str());
    QCOMPARE(content("x"), QByteArray("old"));
    QCOMPARE(names(), QStringList{QStringLiteral("x")});
    QVERIFY(file.open(path("y")));
    QVERIFY(file.append("new"));
    QVERIFY(file.commit(true));
    QCOMPARE(content("y"), QByteArray("new"));
}

void TestAtomicFile::anUnopenedFileRefusesToBeWritten()
{
    AtomicFile file;
    QVERIFY(!file.append("x"));
    QVERIFY(!file.append(""));
    QVERIFY(!file.commit());
    QCOMPARE(file.abandon(true), std::string());
}

} // namespace tst_atomicfile

QTEST_GUILESS_MAIN(tst_atomicfile::TestAtomicFile)
#include "tst_atomicfile.moc"
