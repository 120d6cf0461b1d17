/* Whether a model is what it was: the walk of snapshot.py, where nothing is counted that is only looked at. */

#ifndef SNAPSHOT_H
#define SNAPSHOT_H
#include <Python.h>
#include <string.h>

#define END ((PyObject *)&PyBaseObject_Type)

/* Each takes the place in `met` where a part begins, and returns the place after it; NULL if it is not the same. */
typedef PyObject *const *Place;

static Place after(PyObject *part, Place met, PyTypeObject *module);

static Place after_end(Place met) { return met != NULL && *met == END ? met + 1 : NULL; }

static Place after_row(PyObject *row, Place met, PyTypeObject *module) {
    for (Py_ssize_t i = 0; met != NULL && i < PySequence_Fast_GET_SIZE(row); i++)
        met = after(PySequence_Fast_GET_ITEM(row, i), met, module);
    return after_end(met);
}

static Place after_dict(PyObject *parts, Place met, PyTypeObject *module) {
    PyObject *part;
    Py_ssize_t next = 0, left = PyDict_GET_SIZE(parts);
    while (met != NULL && left-- > 0 && PyDict_Next(parts, &next, NULL, &part)) met = after(part, met, module);
    return after_end(met);
}

/* The attributes of a Module, if they are in a dict, and it holds nothing as a list or a tuple does; or NULL. */
static PyObject *attributes_of_usual(PyObject *part, PyTypeObject *module) {
    PyObject *parts;
    if (Py_TYPE(part)->tp_base != module && !PyType_IsSubtype(Py_TYPE(part), module)) return NULL;
    if (PyList_Check(part) || PyTuple_Check(part)) return NULL;
    parts = PyObject_GenericGetDict(part, NULL);
    if (parts == NULL) PyErr_Clear();
    else if (!PyDict_CheckExact(parts)) Py_CLEAR(parts);
    return parts;
}

static int is_usual(PyObject *part, PyTypeObject *module) {
    PyObject *parts = attributes_of_usual(part, module);
    Py_XDECREF(parts);
    return parts != NULL;
}

static Place after_module(PyObject *part, Place met, PyTypeObject *module) {
    PyObject *parts;
    Py_INCREF(part); /* a dict made only now may start the garbage collector */
    parts = attributes_of_usual(part, module);
    met = parts == NULL ? NULL : after_dict(parts, met, module);
    Py_XDECREF(parts);
    Py_DECREF(part);
    return met;
}

static int are_same(PyObject *row, PyObject *leaves) {
    Py_ssize_t count = PyList_GET_SIZE(leaves);
    if (!PyList_CheckExact(row) || PyList_GET_SIZE(row) != count) return 0;
    return count == 0 || memcmp(PySequence_Fast_ITEMS(row), PySequence_Fast_ITEMS(leaves), count * sizeof row) == 0;
}

static Place after(PyObject *part, Place met, PyTypeObject *module) {
    PyObject *before = *met++;
    if (before == END) return NULL;
    if (part == before) return met;
    if (PyList_CheckExact(before)) return are_same(part, before) ? met : NULL;
    if (before == (PyObject *)module) return after_module(part, met, module);
    if (before != (PyObject *)Py_TYPE(part)) return NULL;
    if (PyList_CheckExact(part) || PyTuple_CheckExact(part)) return after_row(part, met, module);
    return PyDict_CheckExact(part) ? after_dict(part, met, module) : met;
}

/* Whether a model is what was met, to the END after its own. */
static int is_as_met(PyObject *model, PyObject *met, PyTypeObject *module) {
    Place begin = PySequence_Fast_ITEMS(met);
    return after(model, begin, module) == begin + PyList_GET_SIZE(met) - 1;
}

/* Whether a list that was given away is nobody's now, and still as it was. */
static int is_free(PyObject *given, PyObject *leaves) { return Py_REFCNT(given) == 1 && are_same(given, leaves); }

#endif
