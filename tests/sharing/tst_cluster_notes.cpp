// SPDX-License-Identifier: MIT
// What is said of a pipeline before it is run on a cluster.
#include "pipeline/file/PipelineReader.h"
#include "sharing/ClusterNotes.h"
#include "sharing/ClusterRun.h"

#include <QTest>

#include <string>

using namespace millrace;

namespace tst_cluster_notes {

class TestClusterNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void withoutAClusterNothingIsSaid() { QCOMPARE(notesOf("multiply", "{'by': 2}", false), std::string()); }

    void whatOnlyComputesIsNoNews() { QCOMPARE(notesOf("multiply", "{'by': 2}"), std::string()); }

    void whatHasEffectsIsDoneAtLeastOnce()
    {
        QVERIFY(notesOf("program", "{'command': 'cat'}").find("s: It works at least once") == 0);
        QVERIFY(notesOf("http.request", "{'url': 'http://x/', 'method': 'POST'}").find("at least once") != Nowhere);
        QCOMPARE(notesOf("http.request", "{'url': 'http://x/', 'method': 'GET'}"), std::string());
        QCOMPARE(notesOf("http.request", "{'url': 'http://x/'}"), std::string()); // which is a GET
    }

    void whatNeedsAnOrderStays()
    {
        const std::string sorted = notesOf("sort", "{'by': ['value']}");
        QVERIFY2(sorted.find("s: It stays here, for it looks at many items") == 0, sorted.c_str());
        QVERIFY(sorted.find("begins at its source again") != Nowhere);
    }

    void aTableWithoutKeysMayGetRowsTwice()
    {
        const std::string plain =
            notesOf("multiply", "{'by': 2}", true, "write.sql", "{'database': 'd.sqlite', 'table': 't'}");
        QVERIFY2(plain.find("end: It writes each item at least once") == 0, plain.c_str());
        const std::string keyed = notesOf("multiply", "{'by': 2}", true, "write.sql",
                                          "{'database': 'd.sqlite', 'table': 't', 'mode': 'upsert', 'keys': ['id']}");
        QCOMPARE(keyed, std::string());
    }

    void whatCostsLessThanMovingItIsSaidByTheLastRun()
    {
        const auto report = [](double busy) {
            return Value(Members{
                {"steps",
                 List{Members{{"id", Value("s")}, {"batchesIn", Value(int64_t(100))}, {"busySeconds", Value(busy)}}}}});
        };
        const std::string light = notesOf("multiply", "{'by': 2}", true, "discard", "{}", report(0.002));
        QVERIFY2(light.find("s: Moving it would cost more than it does: in the last run here it worked 0.02 ms") == 0,
                 light.c_str());
        QCOMPARE(notesOf("multiply", "{'by': 2}", true, "discard", "{}", report(2)), std::string());
        Members elsewhere = report(0.002).toObject(); // measured there, with the way to it and back
        elsewhere.emplace_back("cluster", Members{{"run", Value("r")}});
        QCOMPARE(notesOf("multiply", "{'by': 2}", true, "discard", "{}", Value(elsewhere)), std::string());
    }

private:
    static constexpr size_t Nowhere = std::string::npos;

    /// With single quotes for double ones. Of `generate`, that step and that sink: "STEP: sentence" each, in a row.
    std::string notesOf(const std::string &type,
                        const std::string &params,
                        bool onCluster = true,
                        const std::string &sink = "discard",
                        const std::string &sinkParams = "{}",
                        const Value &lastReport = {})
    {
        const QString text =
            QStringLiteral("{'millrace': 1, 'steps': [{'id': 'g', 'type': 'generate', 'params': {'count': "
                           "1}}, {'id': 's', 'type': '%1', "
                           "'params': %2}, {'id': 'end', 'type': '%3', 'params': %4}], 'links': [{'from': "
                           "'g', 'to': 's'}, {'from': 's', "
                           "'to': 'end'}]}");
        auto read = parsePipeline(text.arg(QString::fromStdString(type), QString::fromStdString(params),
                                           QString::fromStdString(sink), QString::fromStdString(sinkParams))
                                      .replace(QLatin1Char('\''), QLatin1Char('"'))
                                      .toStdString());
        if (!read)
            return read.error().message;
        Pipeline pipeline = read->pipeline;
        if (onCluster) {
            placeOnCluster({.on = "redis://127.0.0.1"}, pipeline, m_registry);
            pipeline.steps[0].runIn.reset();
            if (stepsOnCluster(pipeline, m_registry).empty()) // one that goes there, so that there is anything to say
                addMovedStep(pipeline);
        }
        std::string notes;
        for (const Problem &note : clusterNotes(pipeline, m_registry, lastReport))
            notes += note.step + ": " + note.text;
        return notes;
    }

    static void addMovedStep(Pipeline &pipeline)
    {
        PipelineStep moved = pipeline.steps[1];
        moved.id = "moved";
        moved.type = "identity";
        moved.params = {};
        moved.runIn = "cluster";
        pipeline.steps.push_back(moved);
        pipeline.links[0].toStep = "moved";
        Link on = pipeline.links[0];
        on.fromStep = "moved";
        on.toStep = "s";
        pipeline.links.push_back(on);
    }

    StepRegistry m_registry;
};

} // namespace tst_cluster_notes

using tst_cluster_notes::TestClusterNotes;
QTEST_GUILESS_MAIN(TestClusterNotes)
#include "tst_cluster_notes.moc"
