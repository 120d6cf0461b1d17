/* Whether a model is what it was: the walk of snapshot.py, where nothing is counted that is only looked at. */

#ifndef SNAPSHOT_H
#define SNAPSHOT_H
#include <Python.h>
#include <string.h>

static Py_ssize_t place_after(PyObject *part, PyObject *met, Py_ssize_t place, PyTypeObject *module);

static Py_ssize_t place_after_end(PyObject *met, Py_ssize_t place) {
    PyObject *end = PyList_GET_ITEM(met, PyList_GET_SIZE(met) - 1);
    return place >= 0 && PyList_GET_ITEM(met, place) == end ? place + 1 : -1;
}

static Py_ssize_t place_after_row(PyObject *row, PyObject *met, Py_ssize_t place, PyTypeObject *module) {
    for (Py_ssize_t i = 0; place >= 0 && i < PySequence_Fast_GET_SIZE(row); i++)
        place = place_after(PySequence_Fast_GET_ITEM(row, i), met, place, module);
    return place_after_end(met, place);
}

static Py_ssize_t place_after_dict(PyObject *parts, PyObject *met, Py_ssize_t place, PyTypeObject *module) {
    PyObject *part;
    Py_ssize_t next = 0, left = PyDict_GET_SIZE(parts);
    while (place >= 0 && left-- > 0 && PyDict_Next(parts, &next, NULL, &part))
        place = place_after(part, met, place, module);
    return place_after_end(met, place);
}

/* The attributes of a Module, if they are in a dict, and it holds nothing as a list or a tuple does; or NULL. */
static PyObject *attributes_of_usual(PyObject *part, PyTypeObject *module) {
    PyObject *parts;
    if (!PyType_IsSubtype(Py_TYPE(part), module) || PyList_Check(part) || PyTuple_Check(part)) return NULL;
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

static Py_ssize_t place_after_module(PyObject *part, PyObject *met, Py_ssize_t place, PyTypeObject *module) {
    PyObject *parts;
    Py_INCREF(part); /* a dict made only now may start the garbage collector */
    parts = attributes_of_usual(part, module);
    place = parts == NULL ? -1 : place_after_dict(parts, met, place, module);
    Py_XDECREF(parts);
    Py_DECREF(part);
    return place;
}

static int are_same(PyObject *row, PyObject *leaves) {
    Py_ssize_t count = PyList_GET_SIZE(leaves);
    if (!PyList_CheckExact(row) || PyList_GET_SIZE(row) != count) return 0;
    return count == 0 || memcmp(PySequence_Fast_ITEMS(row), PySequence_Fast_ITEMS(leaves), count * sizeof row) == 0;
}

static Py_ssize_t place_after(PyObject *part, PyObject *met, Py_ssize_t place, PyTypeObject *module) {
    PyObject *before = PyList_GET_ITEM(met, place++);
    if (part == before) return place;
    if (PyList_CheckExact(before)) return are_same(part, before) ? place : -1;
    if (before == (PyObject *)module) return place_after_module(part, met, place, module);
    if (before != (PyObject *)Py_TYPE(part)) return -1;
    if (PyList_CheckExact(part) || PyTuple_CheckExact(part)) return place_after_row(part, met, place, module);
    return PyDict_CheckExact(part) ? place_after_dict(part, met, place, module) : place;
}

#endif
