// SPDX-License-Identifier: MIT
// The steps that copy, move, delete and write a file for each item.
#include "steps/StepRunner.h"

#include <QTest>

#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace millrace;
using namespace millrace::test;
namespace tst_filesteps {

namespace fs = std::filesystem;

class FileStepsTest : public QObject
{
    Q_OBJECT

private:
    Items pass(const char *type, const std::string &params, const std::string &items) const
    {
        StepContext context;
        context.folder = m_folder->path();
        return passAll(*make(type, params), {items}, 7, context);
    }
    std::vector<std::string> write(const std::string &params, const std::string &items) const
    {
        StepContext context;
        context.folder = m_folder->path();
        const auto step = make("write.files", params);
        auto &sink = static_cast<Sink &>(*step);
        std::vector<std::string> errors;
        const auto batch = batchOf(items);
        if (auto opened = sink.open(context); !opened)
            return {opened.error().message};
        if (auto written = sink.write(*batch); !written)
            return {written.error().message};
        for (const ItemError &error : batch->errors())
            errors.push_back(error.message);
        return errors;
    }
    std::string problemsOf(const char *type, const std::string &params) const
    {
        std::vector<StepProblem> problems;
        make(type, params)->check({m_folder->path(), batchOf(R"([{"path": "a"}])")->schema()}, problems);
        std::string text;
        for (const StepProblem &problem : problems)
            text += problem.param + ": " + problem.text + '\n';
        return text;
    }

    std::unique_ptr<Folder> m_folder;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        fs::create_directory(m_folder->path("in"));
        m_folder->write("in/a", "one");
        m_folder->write("in/b", "two");
    }

    void filesAreCopiedWithTheirPermissions()
    {
        QCOMPARE(::chmod(m_folder->path("in/a").c_str(), 0640), 0);
        const Items got =
            pass("files.copy", R"({"to": "out/{kind}/{name}", "into": "new"})",
                 R"([{"path": "in/a", "name": "A", "kind": "x/y"}, {"path": "in/b", "name": "B", "kind": "z"}])");
        COMPARE_TEXT(got.failure, "");
        QVERIFY(got.errors.empty());
        COMPARE_TEXT(m_folder->read("out/x%2Fy/A"), "one");
        COMPARE_TEXT(m_folder->read("out/z/B"), "two");
        COMPARE_TEXT(m_folder->read("in/a"), "one");
        struct stat info
        {};
        QCOMPARE(::stat(m_folder->path("out/x%2Fy/A").c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777, mode_t(0640));
        COMPARE_TEXT(std::string(got.items[1].toObject().back().second.toText()),
                     fs::canonical(m_folder->path("out/z/B")).string());
    }
    void filesAreMoved()
    {
        const Items got = pass("files.move", R"({"from": "in/{n}", "to": "done/{n}.txt"})",
                               R"([{"n": "a"}, {"n": "b"}, {"n": "c"}])");
        QCOMPARE(got.failedItems, std::vector<size_t>{2});
        COMPARE_TEXT(got.errors[0], "The file \"in/c\" can't be used: No such file or directory.");
        COMPARE_TEXT(m_folder->read("done/a.txt"), "one");
        QVERIFY(!m_folder->has("in/a") && !m_folder->has("in/b"));
    }
    /// Also in the field that gets the new path.
    void itemsThatFailStayAsTheyCame()
    {
        const Items got = pass("files.move", R"({"to": "done/{n}", "into": "path"})",
                               R"([{"path": "in/a", "n": 1}, {"path": 7, "n": 2}])");
        QCOMPARE(got.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(toJson(got.items[1]), "{\"path\":7,\"n\":2}");
        QVERIFY(got.items[0].toObject()[0].second.toText().ends_with("done/1"));
    }
    void filesAreMovedToAnotherFileSystem()
    {
        struct stat here
        {
        }, there{};
        if (::stat(m_folder->path().c_str(), &here) != 0 || ::stat("/dev/shm", &there) != 0
            || here.st_dev == there.st_dev)
            QSKIP("there is no other file system");
        const std::string other = "/dev/shm/millrace-test-" + std::to_string(::getpid());
        const timespec times[] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
        ::utimensat(AT_FDCWD, m_folder->path("in/a").c_str(), times, 0);
        const Items got = pass("files.move", "{\"to\": \"" + other + "/{n}\"}", R"([{"path": "in/a", "n": "A"}])");
        std::string text = readFile(other + "/A");
        struct stat info
        {};
        const int found = ::stat((other + "/A").c_str(), &info);
        fs::remove_all(other);
        QVERIFY(got.errors.empty());
        COMPARE_TEXT(text, "one");
        QVERIFY(found == 0 && info.st_mtim.tv_sec == 1'000'000'000);
        QVERIFY(!m_folder->has("in/a"));
    }
    void filesAreDeleted()
    {
        fs::create_symlink(m_folder->path("in/b"), m_folder->path("in/link"));
        const Items got =
            pass("files.delete", "{}", R"([{"path": "in/a"}, {"path": "in/link"}, {"path": "in"}, {"path": null}])");
        QCOMPARE(got.failedItems, (std::vector<size_t>{2, 3}));
        COMPARE_TEXT(got.errors[0], "The file \"in\" can't be used: it is a folder.");
        COMPARE_TEXT(got.errors[1], "The field \"path\" is null or empty, so there is no file.");
        QVERIFY(!m_folder->has("in/a") && !m_folder->has("in/link"));
        COMPARE_TEXT(m_folder->read("in/b"), "two");
    }
    void whatIsThereIsLeftAloneUnlessItIsSaid_data()
    {
        QTest::addColumn<QString>("step");
        for (const char *step : {"files.copy", "files.move"})
            QTest::newRow(step) << QString::fromUtf8(step);
    }
    void whatIsThereIsLeftAloneUnlessItIsSaid()
    {
        QFETCH(QString, step);
        const std::string type = step.toStdString(), items = R"([{"path": "in/a", "n": "b"}])";
        const Items fails = pass(type.c_str(), R"({"to": "in/{n}"})", items);
        QVERIFY2(fails.errors.at(0).ends_with("already; \"exists\" says what becomes of it."), fails.errors[0].c_str());
        QVERIFY(pass(type.c_str(), R"({"to": "in/{n}", "exists": "skip"})", items).errors.empty());
        COMPARE_TEXT(m_folder->read("in/b"), "two");
        COMPARE_TEXT(m_folder->read("in/a"), "one");
        QVERIFY(pass(type.c_str(), R"({"to": "in/{n}", "exists": "replace"})", items).errors.empty());
        COMPARE_TEXT(m_folder->read("in/b"), "one");
        const Items same =
            pass(type.c_str(), R"({"to": "in/{n}", "exists": "replace"})", R"([{"path": "in/b", "n": "b"}])");
        QVERIFY2(same.errors.at(0).ends_with("are the same file."), same.errors[0].c_str());
        COMPARE_TEXT(m_folder->read("in/b"), "one");
    }
    /// By `..`, by a whole path, and by links, of either side.
    void noWayLeadsOutOfTheFolder()
    {
        const Folder other;
        other.write("secret", "s");
        fs::create_symlink(other.path("secret"), m_folder->path("in/file"));
        fs::create_symlink(other.path(), m_folder->path("in/folder"));
        const std::string whole = other.path("secret"),
                          around = "in/../../" + fs::path(other.path()).filename().string() + "/secret";
        const std::string ways = R"([{"path": "in/file", "n": "1"}, {"path": "in/folder/secret", "n": "2"}, )"
                                 + toJson(Value(Members{{"path", Value(whole)}, {"n", Value("3")}})) + ", "
                                 + toJson(Value(Members{{"path", Value(around)}, {"n", Value("4")}})) + ']';
        for (const char *type : {"files.copy", "files.move"}) {
            const Items got = pass(type, R"({"to": "out/{n}"})", ways);
            QCOMPARE(got.errors.size(), size_t(4));
            for (const std::string &error : got.errors)
                QVERIFY2(error.find("lies outside of the folder") != std::string::npos, error.c_str());
        }
        QCOMPARE(pass("files.delete", "{}", ways).errors.size(), size_t(3)); // the link itself lies within
        COMPARE_TEXT(other.read("secret"), "s");
        const Items away =
            pass("files.copy", R"({"to": "in/{d}/{n}"})", R"([{"path": "in/a", "d": "folder", "n": "x"}])");
        QVERIFY2(away.errors.at(0).find("a link leads out of the folder") != std::string::npos, away.errors[0].c_str());
        QVERIFY(!other.has("x"));
        const Items allowed = pass("files.copy", "{\"to\": \"out/{n}\", \"within\": \"" + other.path() + "\"}", ways);
        QCOMPARE(allowed.errors.size(), size_t(1)); // the link that was deleted
        COMPARE_TEXT(m_folder->read("out/3"), "s");
    }
    void aFieldIsWrittenToAFileForEachItem()
    {
        const auto errors =
            write(R"({"to": "out/{id}.txt"})",
                  R"([{"id": 1, "content": "äh"}, {"id": 2, "content": {"a": 1}}, {"id": 3, "content": null},
                                      {"id": 1, "content": "again"}, {"id": "../x", "content": ""}])");
        QCOMPARE(errors.size(), size_t(2));
        COMPARE_TEXT(errors[0], "The field \"content\" is null, so there is nothing to write.");
        QVERIFY2(errors[1].ends_with("already; \"exists\" says what becomes of it."), errors[1].c_str());
        COMPARE_TEXT(m_folder->read("out/1.txt"), "äh");
        COMPARE_TEXT(m_folder->read("out/2.txt"), "{\"a\":1}");
        QVERIFY(m_folder->has("out/%2E.%2Fx.txt"));
        QCOMPARE(std::distance(fs::directory_iterator(m_folder->path("out")), {}), 3); // and nothing half done
        QVERIFY(write(R"({"to": "out/{id}.txt", "exists": "skip"})", R"([{"id": 1, "content": "new"}])").empty());
        COMPARE_TEXT(m_folder->read("out/1.txt"), "äh");
        QVERIFY(write(R"({"to": "out/{id}.txt", "exists": "replace"})", R"([{"id": 1, "content": "new"}])").empty());
        COMPARE_TEXT(m_folder->read("out/1.txt"), "new");
    }
    void theCheckSaysWhatCannotWork()
    {
        COMPARE_TEXT(problemsOf("files.copy", R"({"to": "out/{path}"})"), "");
        COMPARE_TEXT(problemsOf("files.copy", R"({"to": "out/x"})"),
                     "to: \"out/x\" would be one file for all items; put a field into it, as in done/{name}.\n");
        COMPARE_TEXT(problemsOf("files.move", R"({"to": "out/{path}/"})"),
                     "to: \"out/{path}/\" ends with a folder; add the file's name, as in done/{name}.\n");
        QVERIFY(problemsOf("files.delete", R"({"from": "{pth}"})").starts_with("from: There is no field \"pth\""));
        QVERIFY(problemsOf("files.delete", R"({"within": "none"})").starts_with("within: "));
        QVERIFY(problemsOf("write.files", R"({"to": "{path}"})").starts_with("field: There is no field \"content\""));
    }
};

} // namespace tst_filesteps

QTEST_GUILESS_MAIN(tst_filesteps::FileStepsTest)
#include "tst_filesteps.moc"
