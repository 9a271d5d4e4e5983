// SPDX-License-Identifier: MIT
// What a screen reader is told of the canvas: a list of steps and links that can be gone through and followed.
#include "ui/editing/EditingBench.h"

#include <QAccessible>

namespace millrace::tst_accessible {

class TestAccessible : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renew();
        bench().put("rows", "generate", 0, 80);
        bench().put("keep", "filter", 260, 80);
        bench().drawn.steps.back().params = {{"expression", Value("value > 1")}};
        bench().drawn.steps.back().workers = 3;
        bench().put("end", "discard", 520, 80);
        bench().link("rows", "keep");
        bench().link("keep", "end", "out");
        bench().begin();
    }

    void stepsAndLinksAreListedWithTheirNames()
    {
        QStringList names;
        for (int i = 0; i < canvas().childCount(); ++i) {
            QAccessibleInterface *child = canvas().child(i);
            QVERIFY(child && child->isValid());
            QCOMPARE(child->parent(), &canvas());
            QCOMPARE(canvas().indexOfChild(child), i);
            QCOMPARE(child->role(), QAccessible::ListItem);
            QVERIFY(!child->rect().isEmpty());
            names << child->text(QAccessible::Name);
        }
        const QStringList expected{QStringLiteral("Step rows, Numbers"), QStringLiteral("Step keep, Filter"),
                                   QStringLiteral("Step end, Discard"), QStringLiteral("Link from rows to keep"),
                                   QStringLiteral("Link from keep, output out, to end")};
        QCOMPARE(names, expected);
    }

    void aStepSaysWhatItDoesAndHowItIs()
    {
        const QString said = canvas().child(1)->text(QAccessible::Description);
        QVERIFY2(said.startsWith(QLatin1String("value > 1, 3 workers")), qPrintable(said));
        bench().scene().select({"keep"});
        view().setFocus();
        QVERIFY(canvas().child(1)->state().selected && canvas().child(1)->state().focused);
        QVERIFY(!canvas().child(0)->state().selected);
        QCOMPARE(canvas().focusChild(), canvas().child(1));
        bench().window->action("edit.enable")->trigger();
        QVERIFY(canvas().child(1)->state().disabled);
        QVERIFY(canvas().child(1)->text(QAccessible::Description).contains(QLatin1String("disabled")));
    }

    void whatIsAtAPlaceIsFound()
    {
        const QPoint at = view().viewport()->mapToGlobal(view().mapFromScene(bench().grip("end")));
        QCOMPARE(canvas().childAt(at.x(), at.y()), canvas().child(2));
    }

    void whatIsRemovedIsNoLongerValid()
    {
        QAccessibleInterface *link = canvas().child(4), *step = canvas().child(2);
        bench().scene().select({"end"});
        bench().window->action("edit.delete")->trigger();
        QVERIFY(!link->isValid() && !step->isValid());
        QVERIFY(step->state().invalid && step->text(QAccessible::Name).isEmpty() && step->rect().isEmpty());
        QCOMPARE(canvas().indexOfChild(step), -1);
        QCOMPARE(canvas().childCount(), 3);
    }

private:
    QAccessibleInterface &canvas() const { return *QAccessible::queryAccessibleInterface(&view()); }
};

} // namespace millrace::tst_accessible

QTEST_MAIN(millrace::tst_accessible::TestAccessible)
#include "tst_accessible.moc"
