// SPDX-License-Identifier: MIT
// What a drawing and a new file look like once some steps were folded into one, and why that can't be.
#include "pipeline/fold/FoldSteps.h"
#include "pipeline/fold/UnfoldStep.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/PipelineFile.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace millrace;

namespace tst_folding {

namespace {

constexpr const char *Drawn = R"({"millrace": 1, "defaults": {"workers": 2},
  "parameters": {"least": {"default": 3, "help": "Kept from there on."}, "where": {"default": "data"}},
  "steps": [{"id": "orders", "type": "read.csv", "params": {"path": "${where}/orders.csv"}, "position": [40, 80]},
            {"id": "large", "type": "filter", "params": {"expression": "value >= ${least}"}, "position": [280, 80]},
            {"id": "names", "type": "lookup", "params": {"file": "names.csv", "on": {"id": "id"}}, "onError": "route",
             "position": [520, 80]},
            {"id": "report", "type": "write.csv", "params": {"path": "report.csv"}, "position": [760, 80]},
            {"id": "copy", "type": "write.csv", "params": {"path": "copy.csv"}, "position": [760, 200]},
            {"id": "small", "type": "discard", "position": [520, 200]},
            {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}, "position": [760, 320]}],
  "links": [{"from": "orders", "to": "large"}, {"from": "large", "to": "names"}, {"from": "names", "to": "report"},
            {"from": "large.rejected", "to": "small"}, {"from": "names", "to": "copy"},
            {"from": "names.error", "to": "failed"}],
  "notes": [{"id": "n", "text": "Prices", "rect": [280, 200, 180, 60]}]})";

Pipeline pipelineOf(const std::string &json)
{
    auto loaded = parsePipeline(json);
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    return loaded->pipeline;
}

std::string endsOf(const Pipeline &pipeline)
{
    std::string text;
    for (const Link &link : pipeline.links)
        text += link.fromStep + '.' + link.fromPort + " > " + link.toStep + '\n';
    return text;
}

} // namespace

class TestFolding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyPortThatLeadsOutBecomesOne()
    {
        const Pipeline drawn = pipelineOf(Drawn);
        const FoldedPart part = partOf({"large", "names"}, "clean.millrace");
        QVERIFY(whyNoFold(drawn, part, m_registry).empty());
        const Folding made = foldSteps(drawn, part, m_registry);
        QCOMPARE(endsOf(made.outer), std::string("orders.out > clean\nclean.out > report\nclean.rejected > small\n"
                                                 "clean.out > copy\nclean.names-error > failed\n"));
        QCOMPARE(endsOf(made.inner),
                 std::string("orders.out > large\nlarge.out > names\nnames.out > out\nlarge.rejected > rejected\n"
                             "names.error > names-error\n"));
        QCOMPARE(made.step, std::string("clean"));
        const PipelineStep &step = *made.outer.step("clean");
        QCOMPARE(toJson(Value(step.params)),
                 std::string(R"({"file":"clean.millrace","parameters":{"least":"${least}"},)"
                             R"("ports":["out","rejected","names-error"]})"));
        QVERIFY((step.position == Position{400, 80}));
        QCOMPARE(made.inner.parameters.size(), size_t(1));
        QCOMPARE(made.inner.parameters[0].help, std::string("Kept from there on."));
        QCOMPARE(made.inner.defaults.workers, 2);
        QCOMPARE(made.outer.parameters, drawn.parameters);
    }

    void notesThatAreSelectedGoAlong()
    {
        FoldedPart part = partOf({"large"}, "clean.millrace");
        part.notes = {"n"};
        const Folding made = foldSteps(pipelineOf(Drawn), part, m_registry);
        QVERIFY(made.outer.notes.empty());
        QCOMPARE(made.inner.notes.size(), size_t(1));
    }

    /// Each step "pipeline" has an output.
    void whereNothingLeavesWhatEndsThereGoesOn()
    {
        const Folding made = foldSteps(pipelineOf(Drawn), partOf({"report", "copy"}, "ends.millrace"), m_registry);
        QCOMPARE(endsOf(made.inner), std::string("names.out > report\nnames.out > copy\nnames.out > out\n"));
        QCOMPARE(endsOf(made.outer), std::string("orders.out > large\nlarge.out > names\nnames.out > ends\n"
                                                 "large.rejected > small\nnames.error > failed\n"));
    }

    void pathsLeadToWhatTheyLedTo()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("parts")));
        const Pipeline drawn = pipelineOf(Drawn);
        const Folding made = foldSteps(drawn, partOf({"names"}, "parts/names.millrace"), m_registry);
        QCOMPARE(*made.inner.step("names")->param("file"), Value("../names.csv"));
        QCOMPARE(*made.outer.step(made.step)->param("file"), Value("parts/names.millrace"));
        QVERIFY(savePipeline(made.inner, m_folder->filePath(QStringLiteral("parts/names.millrace")).toStdString()));
        const auto back = unfoldStep(made.outer, made.step, m_registry, folder());
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QCOMPARE(*back->outer.step("names")->param("file"), Value("names.csv"));
    }

    /// The parameters keep their names, though those of the file have others.
    void whatIsUnfoldedIsAsItWas()
    {
        const Pipeline drawn = pipelineOf(Drawn);
        const FoldedPart part = partOf({"large", "names"}, "clean.millrace");
        Folding made = foldSteps(drawn, part, m_registry);
        made.inner.parameters[0].name = "from";
        made.inner.step("large")->setParam("expression", Value("value >= ${from}"));
        made.outer.step("clean")->setParam("parameters", Members{{"from", Value("${least}")}});
        QVERIFY(savePipeline(made.inner, part.file));
        const auto back = unfoldStep(made.outer, "clean", m_registry, folder());
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QCOMPARE(back->outer.steps.size(), drawn.steps.size());
        for (const PipelineStep &step : drawn.steps) {
            QVERIFY(back->outer.step(step.id));
            QVERIFY2(back->outer.step(step.id)->params == step.params, step.id.c_str());
            QCOMPARE(back->outer.step(step.id)->onError, step.onError);
            QVERIFY2(back->outer.step(step.id)->position == step.position, step.id.c_str());
        }
        const auto sorted = [](const Pipeline &pipeline) {
            QStringList lines = QString::fromStdString(endsOf(pipeline)).split(QLatin1Char('\n'));
            lines.sort();
            return lines;
        };
        QCOMPARE(sorted(back->outer), sorted(drawn));
    }

    /// What is right of it moves on, and what is left of it stays.
    void spaceIsMadeForWhatIsUnfolded()
    {
        Pipeline drawn = pipelineOf(Drawn);
        const FoldedPart part = partOf({"large", "names"}, "clean.millrace");
        Folding made = foldSteps(drawn, part, m_registry);
        QVERIFY(savePipeline(made.inner, part.file));
        for (PipelineStep &step : made.outer.steps) // as close as they may be
            step.position->x = step.id == "orders" ? 40 : step.id == "clean" ? 280 : 520;
        const auto back = unfoldStep(made.outer, "clean", m_registry, folder());
        QVERIFY(back);
        const auto x = [&](const char *step) { return back->outer.step(step)->position->x; };
        QCOMPARE(x("orders"), 40.0);
        QCOMPARE(x("large"), 280.0);
        QCOMPARE(x("names"), 520.0);
        QCOMPARE(x("report"), 760.0);
    }

    void whatCantBeFoldedSaysWhy_data()
    {
        QTest::addColumn<QStringList>("steps");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QStringList &steps, const char *file, const char *says) {
            QTest::newRow(name) << steps << QString::fromUtf8(file) << QString::fromUtf8(says);
        };
        const auto ids = [](const char *text) { return QString::fromUtf8(text).split(QLatin1Char(' ')); };
        row("nothing", {}, "x.millrace", "Select the steps that are to be folded into a pipeline of their own.");
        row("a source", ids("orders large"), "x.millrace", "leave the source out of the selection.");
        row("two inputs", ids("small names"), "x.millrace",
            "has one input, and the selection gets items from \"large\" and from \"large\"");
        row("a circle", ids("large report"), "x.millrace",
            "\"names\" gets items from the selection and gives them back");
        row("a path", ids("orders"), "parts/x.millrace", "The path of \"orders\" has a parameter in it");
    }
    void whatCantBeFoldedSaysWhy()
    {
        QFETCH(QStringList, steps);
        QFETCH(QString, file);
        QFETCH(QString, says);
        FoldedPart part = partOf({}, file.toUtf8().constData());
        for (const QString &step : steps)
            part.steps.insert(step.toStdString());
        const Problems why = whyNoFold(pipelineOf(Drawn), part, m_registry);
        QCOMPARE(why.size(), size_t(1));
        QVERIFY2(why[0].text.find(says.toStdString()) != std::string::npos, why[0].text.c_str());
    }

    void unionsOfFieldsAreNotParted()
    {
        const Pipeline drawn = pipelineOf(R"({"millrace": 1, "steps": [{"id": "a", "type": "generate"},
            {"id": "b", "type": "add"}, {"id": "c", "type": "add"}, {"id": "u", "type": "union",
             "params": {"mode": "fields"}}, {"id": "d", "type": "discard"}],
            "links": [{"from": "a", "to": "b"}, {"from": "a", "to": "c"}, {"from": "b", "to": "u"},
                      {"from": "c", "to": "u"}, {"from": "u", "to": "d"}]})");
        const Problems why = whyNoFold(drawn, partOf({"b"}, "x.millrace"), m_registry);
        QCOMPARE(why.size(), size_t(1));
        QVERIFY2(why[0].text.starts_with("\"u\" may name fields after \"b\""), why[0].text.c_str());
        QVERIFY(whyNoFold(drawn, partOf({"b", "c", "u"}, "x.millrace"), m_registry).empty());
    }

    void whatCantBeUnfoldedSaysWhy()
    {
        const auto why = [this](const std::string &params, const std::string &more = {}) {
            const Pipeline drawn = pipelineOf(R"({"millrace": 1, "parameters": {"x": {"default": 1}},
                "steps": [{"id": "a", "type": "generate", "params": {"count": "${x}"}}, {"id": "part", "type": "pipeline",
                "name": "Clean", "params": )" + params
                                              + more + R"(}], "links": [{"from": "a", "to": "part"}]})");
            const auto made = unfoldStep(drawn, "part", m_registry, folder());
            return made ? std::string("it can") : made.error().message;
        };
        const auto write = [this](const char *name, const std::string &json) {
            QVERIFY(savePipeline(pipelineOf(json), m_folder->filePath(QLatin1String(name)).toStdString()));
        };
        QCOMPARE(why("{}"), std::string("The step \"Clean\" names no file yet; choose one in its settings."));
        QVERIFY(why(R"({"file": "none.millrace"})").ends_with("doesn't exist; choose another one."));
        write("empty.millrace", R"({"millrace": 1, "steps": [{"id": "a", "type": "generate"}], "links": []})");
        QCOMPARE(why(R"({"file": "empty.millrace"})"),
                 std::string("The pipeline \"empty.millrace\" has no step \"input\"; add one there."));
        write("text.millrace", R"({"millrace": 1, "parameters": {"y": {"default": 2}},
            "steps": [{"id": "in", "type": "input"}, {"id": "f", "type": "formula",
            "params": {"expression": "'$${x}' + ${y}", "field": "t"}}, {"id": "out", "type": "output"}],
            "links": [{"from": "in", "to": "f"}, {"from": "f", "to": "out"}]})");
        QCOMPARE(why(R"({"file": "text.millrace"})"),
                 std::string("In text.millrace, \"f\" has a text with \"${\" that would name a parameter of this "
                             "pipeline; change it there first."));
        QVERIFY(why(R"({"file": "text.millrace"})", R"(, "enabled": false)").find("disabled") != std::string::npos);
        QVERIFY(why(R"({"file": "text.millrace", "parameters": {"z": 1}})").find("no parameter \"z\"")
                != std::string::npos);
    }

    /// Also one that is refused, which counts towards nothing.
    void aFileIsReadOnceHoweverOftenItIsNamed()
    {
        const auto write = [this](const char *name, const std::string &text) {
            QFile file(m_folder->filePath(QLatin1String(name)));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(text.c_str());
        };
        write("right.millrace",
              R"({"millrace": 1, "steps": [{"id": "in", "type": "input"}, {"id": "out", "type": "output"}],
            "links": [{"from": "in", "to": "out"}]})");
        write("wrong.millrace", "{");
        for (const char *name : {"right.millrace", "wrong.millrace"}) {
            std::string steps = R"({"id": "a", "type": "generate"})";
            for (int i = 0; i < 20; ++i)
                steps += ", {\"id\": \"p" + std::to_string(i) + "\", \"type\": \"pipeline\", \"params\": {\"file\": \""
                         + name + "\"}}";
            const Pipeline drawn = pipelineOf("{\"millrace\": 1, \"steps\": [" + steps + "], \"links\": []}");
            const int events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
            QVERIFY(events >= 0);
            ::inotify_add_watch(events, qPrintable(m_folder->filePath(QLatin1String(name))),
                                IN_OPEN | IN_CLOSE_NOWRITE);
            const InlinedPipeline inlined(drawn, m_registry, folder());
            alignas(inotify_event) char buffer[16 << 10];
            const ssize_t length = ::read(events, buffer, sizeof buffer);
            ::close(events);
            QCOMPARE(length, ssize_t(2 * sizeof(inotify_event))); // opened, closed
            QCOMPARE(inlined.problems().size(), size_t(name[0] == 'w' ? 20 : 0));
        }
    }

private:
    std::string folder() const { return m_folder->path().toStdString(); }
    FoldedPart partOf(std::set<std::string> steps, const char *file) const
    {
        return {std::move(steps), {}, {}, folder(), folder() + '/' + file};
    }

    const StepRegistry m_registry = [] {
        StepRegistry all;
        registerBuiltInSteps(all);
        return all;
    }();
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace tst_folding

QTEST_GUILESS_MAIN(tst_folding::TestFolding)
#include "tst_folding.moc"
